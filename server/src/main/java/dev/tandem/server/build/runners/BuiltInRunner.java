package dev.tandem.server.build.runners;

import dev.tandem.host.Reach;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import dev.tandem.runner.RunnerConfig;
import dev.tandem.runner.TandemRunner;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.build.store.RunnerStore;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The runner inside this process. It speaks HTTP with the server like any other, under a token of its own that is made anew at
 * each start. Starts after the server listens and stops before it ceases to. A data folder has one server at a time, so
 * whatever this runner holds when it starts was held by a process that is dead: nobody waits for those jobs to go silent.
 */
public final class BuiltInRunner implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(BuiltInRunner.class);
    /** Shorter than the time the whole server has for its shutdown. */
    private static final Duration LAST_REPORTS = Duration.ofSeconds(8);

    private final Settings settings;
    private final Database database;
    private final RunnerStore runners;
    private final ServerUrls urls;
    private final JobQueue queue;
    private final RunningJobs held;
    private final Clock clock;
    private final Map<String, String> environment;
    private volatile @Nullable TandemRunner runner;
    private volatile @Nullable String problem;
    private volatile boolean unsafe;
    private volatile boolean running;

    BuiltInRunner(
            Settings settings,
            Database database,
            RunnerStore runners,
            ServerUrls urls,
            JobQueue queue,
            RunningJobs held,
            Clock clock,
            Map<String, String> environment) {
        this.settings = settings;
        this.database = database;
        this.runners = runners;
        this.urls = urls;
        this.queue = queue;
        this.held = held;
        this.clock = clock;
        this.environment = environment;
    }

    /** Why it takes no jobs although it should, in one sentence for people; empty when all is well. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Whether jobs run without isolation, as an administrator allowed. */
    public boolean unsafe() {
        return unsafe;
    }

    @Override
    public void start() {
        running = true;
        List<JobRecord> predecessors = database.read(sql -> runners.builtIn(sql))
                .map(runner -> held.heldBy(runner.id()))
                .orElse(List.of());
        if (settings.runnerConcurrency() > 0) {
            startRunner();
        }
        // Only now: a new attempt must not begin beside what the runner, when it started, found left of the old one.
        held.holderDied(predecessors);
    }

    private void startRunner() {
        switch (Sandbox.detect(settings.unsafeShell())) {
            case SandboxDetection.Refused(String reason, String mend) -> {
                problem = reason + " " + mend;
                LOG.warn("the built-in runner takes no jobs: {} {}", reason, mend);
            }
            case SandboxDetection.Available(Sandbox sandbox, String how) -> {
                LOG.info("built-in runner: {}", how);
                unsafe = sandbox.strength() == Sandbox.Strength.UNSAFE;
                run(sandbox);
            }
        }
    }

    @Override
    public void stop() {
        queue.close();
        TandemRunner stopping = runner;
        if (stopping != null) {
            stopping.close();
        }
        runner = null;
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Last to start, first to stop. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    private void run(Sandbox sandbox) {
        try {
            Files.createDirectories(settings.data().resolve("runner"));
            warnOfClosedFolders();
            TandemRunner started = new TandemRunner(config(sandbox, token()));
            started.start();
            runner = started;
        } catch (IOException e) {
            problem = "The built-in runner cannot use its folder: " + e.getMessage();
            LOG.error("the built-in runner cannot start", e);
        }
    }

    private void warnOfClosedFolders() throws IOException {
        Optional<Path> obstacle = Reach.matters() ? Reach.obstacle(settings.data()) : Optional.empty();
        if (obstacle.isPresent()) {
            LOG.warn(
                    "jobs and services run under users of their own, and those cannot enter {}: chmod o+x it, or choose another"
                            + " folder with --data",
                    obstacle.get());
        }
    }

    private RunnerConfig config(Sandbox sandbox, String token) throws IOException {
        String distribution = environment.get("TANDEM_HOME");
        Path java = Path.of(environment.getOrDefault("JAVA_HOME", System.getProperty("java.home")));
        List<Path> readable = new ArrayList<>(List.of(java));
        List<Path> programs = new ArrayList<>();
        Map<String, String> forJobs = new LinkedHashMap<>(Map.of("JAVA_HOME", java.toString()));
        if (distribution != null) {
            Path home =
                    JobTools.reachable(Path.of(distribution), settings.data().resolve("job-tools"));
            readable.add(home);
            programs.add(home.resolve("bin"));
            forJobs.put("TANDEM_HOME", home.toString());
        }
        programs.add(java.resolve("bin"));
        String systemId = "s_" + Tokens.hash(settings.data().toString()).substring(0, 12);
        return new RunnerConfig(
                urls.loopback(),
                token,
                systemId,
                "built-in runner",
                settings.runnerConcurrency(),
                settings.data().resolve("runner"),
                sandbox,
                RunnerConfig.DEFAULT_FIRST_UID,
                readable,
                programs,
                forJobs,
                RunnerConfig.DEFAULT_OUTPUT_LIMIT_BYTES,
                LAST_REPORTS,
                null);
    }

    private String token() {
        String token = Tokens.ofRunner();
        database.write(tx -> {
            Optional<RunnerRecord> known = runners.builtIn(tx.sql());
            if (known.isPresent()) {
                runners.token(tx.sql(), known.get().id(), Tokens.hash(token));
            } else {
                RunnerRecord fresh = new RunnerRecord(
                        0, "built-in runner", List.of(), true, false, false, true, 0, clock.instant(), null);
                runners.insert(tx.sql(), fresh, Tokens.hash(token));
            }
            return token;
        });
        return token;
    }
}
