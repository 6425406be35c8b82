package dev.tandem.agent;

import dev.tandem.agent.protocol.AgentReport.ProxyStatus;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.host.Launch;
import dev.tandem.host.Output;
import dev.tandem.host.ProcessGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the proxy running and routing what is planned. Has a thread of its own, because a proxy that hangs must not
 * hold up the services.
 */
final class ProxyKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyKeeper.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORT_PAUSE = Duration.ofMillis(50);
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);
    /** A proxy that does not answer for so long is started anew. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
    private static final Path PROC = Path.of("/proc");

    private final AgentConfig config;
    private final Path folder;
    private final ControlSocket socket;
    private final ProxyLink link;
    private final Runnable changed;
    private final Runnable looked;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("proxy-timeout").factory());
    private final Semaphore wake = new Semaphore(0);
    private final int port;
    private volatile @Nullable RoutePlan wanted;
    private volatile View view = new View(null, null, null);
    private volatile boolean hurry;
    private volatile boolean closed;
    private @Nullable Thread thread;
    private @Nullable ProcessGroup group;
    private String knownEpoch = "";
    private long version;
    private long lastAnswer = System.nanoTime();
    private int failures;

    /**
     * What the proxy does.
     *
     * @param status null when it does not answer; read after {@code table} was in force
     * @param plan the last plan that it acknowledged, with its table
     */
    record View(
            ProxyLink.@Nullable Status status,
            @Nullable RoutePlan plan,
            @Nullable RouteTable table) {

        /** Whether nothing new goes to the revision and nothing runs on it. */
        boolean drained(RevisionId id) {
            return status != null && table != null && !table.sends(id) && inFlight(status, id) == 0;
        }

        Map<String, Map<String, Integer>> weights() {
            return plan == null ? Map.of() : plan.weights();
        }

        private static int inFlight(ProxyLink.Status status, RevisionId id) {
            return status.revisions().stream()
                    .filter(counters -> counters.service().equals(id.service())
                            && counters.revision().equals(id.revision()))
                    .mapToInt(ProxyLink.Counters::inFlight)
                    .sum();
        }
    }

    /**
     * @param changed called on the keeper's thread whenever the proxy acknowledged a plan, came up or went away
     * @param looked called there whenever new counters were read while somebody waits for a revision to drain
     */
    ProxyKeeper(AgentConfig config, Path folder, Runnable changed, Runnable looked) throws IOException {
        this.config = config;
        this.folder = folder;
        this.changed = changed;
        this.looked = looked;
        Folders.make(folder);
        this.port = port(config, folder.resolve("port"));
        this.socket = new ControlSocket(folder);
        this.link = new ProxyLink(socket, timer);
    }

    void start() {
        thread = Thread.ofPlatform().daemon().name("proxy-keeper").start(this::run);
    }

    int port() {
        return port;
    }

    View view() {
        return view;
    }

    /** Has the proxy route this from now on. */
    void want(RoutePlan plan) {
        if (!plan.equals(wanted)) {
            wanted = plan;
            wake.release();
        }
    }

    /** Looks at the counters more often, while somebody waits for a revision to drain. */
    void hurry(boolean on) {
        hurry = on;
    }

    ProxyStatus report() {
        ProxyLink.Status status = view.status();
        return status == null
                ? new ProxyStatus(false, port, 0, 0)
                : new ProxyStatus(true, status.port(), status.pid(), residentBytes(status.pid()));
    }

    @Override
    public void close() {
        closed = true;
        wake.release();
        join();
        timer.shutdownNow();
    }

    /** Ends the proxy too. Call after {@link #close}. */
    void stop() throws IOException {
        Path record = folder.resolve("group");
        if (Files.exists(record)) {
            ProcessGroup.recorded(record)
                    .ifPresent(identity -> ProcessGroup.adopt(identity)
                            .ifPresentOrElse(
                                    running -> running.terminate(STOP_GRACE),
                                    () -> ProcessGroup.killLeftovers(identity)));
        }
        socket.forget();
    }

    private void join() {
        Thread running = thread;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        while (!closed) {
            Duration pause = PAUSE;
            try {
                pause = step();
            } catch (IOException | RuntimeException e) {
                LOG.error("The proxy cannot be kept running", e);
            }
            pause(pause);
        }
    }

    private Duration step() throws IOException {
        try {
            ProxyLink.Status status = link.status();
            lastAnswer = System.nanoTime();
            if (!fits(status)) {
                LOG.info("The running proxy is of another version or listens elsewhere; it is started anew");
                stop();
                return SHORT_PAUSE;
            }
            route(status);
            failures = 0;
            return hurry ? SHORT_PAUSE : PAUSE;
        } catch (IOException e) {
            if (view.status() != null) {
                LOG.warn("The proxy does not answer: {}", e.getMessage());
                view = new View(null, view.plan(), view.table());
                changed.run();
            }
            return revive();
        }
    }

    private boolean fits(ProxyLink.Status status) {
        return status.port() == port
                && status.host().equals(config.proxyHost())
                && status.bucketMillis().equals(RevisionTraffic.BUCKET_MILLIS);
    }

    private void route(ProxyLink.Status status) throws IOException {
        RoutePlan plan = wanted;
        boolean other = !status.epoch().equals(knownEpoch);
        RouteTable table = view.table();
        if (plan != null && (other || table == null || !table.services().equals(plan.services()))) {
            version = Math.max(version, status.version()) + 1;
            table = new RouteTable(version, plan.services());
            link.put(table);
            knownEpoch = status.epoch();
            publish(new View(link.status(), plan, table));
        } else {
            publish(new View(status, plan == null ? view.plan() : plan, table));
        }
    }

    private void publish(View next) {
        View before = view;
        view = next;
        boolean news = before.status() == null || next.table() != before.table() || next.plan() != before.plan();
        if (news) {
            changed.run();
        } else if (hurry) {
            looked.run();
        }
    }

    /** Starts the proxy unless it is just starting. */
    private Duration revive() throws IOException {
        ProcessGroup running = group == null ? recorded() : group;
        boolean waited = System.nanoTime() - lastAnswer > PATIENCE.toNanos();
        if (running != null && running.alive() && !waited) {
            watch(running);
            return SHORT_PAUSE;
        }
        if (running != null) {
            running.kill();
        }
        Path record = folder.resolve("group");
        if (Files.exists(record)) {
            ProcessGroup.recorded(record).ifPresent(ProcessGroup::killLeftovers);
        }
        if (failures++ > 0) {
            LOG.error("The proxy ended soon after its start: {}", String.join(" | ", lastLines()));
            pause(backOff(failures));
        }
        if (!closed) {
            launch(record);
        }
        return SHORT_PAUSE;
    }

    private void launch(Path record) throws IOException {
        List<String> command = new ArrayList<>(config.proxyCommand());
        command.addAll(List.of("--listen", config.proxyHost() + ":" + port, "--folder", folder.toString()));
        command.addAll(List.of("--control", socket.path().toString()));
        // One arena for native memory: several keep what their threads once needed.
        Launch launch =
                Launch.bare(command, Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "MALLOC_ARENA_MAX", "1"));
        ProcessGroup started = ProcessGroup.start(output().keep(launch), Output.appendTo(Path.of("/dev/null")), record);
        lastAnswer = System.nanoTime();
        watch(started);
        LOG.info("Started the proxy on {}:{}", config.proxyHost(), port);
    }

    private void watch(ProcessGroup running) {
        if (group != running) {
            group = running;
            running.exited().thenRun(wake::release);
        }
    }

    private @Nullable ProcessGroup recorded() throws IOException {
        Path record = folder.resolve("group");
        return Files.exists(record)
                ? ProcessGroup.recorded(record).flatMap(ProcessGroup::adopt).orElse(null)
                : null;
    }

    private List<String> lastLines() {
        List<String> tail = output().tail();
        return tail.subList(Math.max(0, tail.size() - 3), tail.size());
    }

    private OutputFile output() {
        return new OutputFile(folder.resolve("output.log"));
    }

    private void pause(Duration duration) {
        try {
            if (wake.tryAcquire(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private static Duration backOff(int failures) {
        Duration pause = Duration.ofMillis(100L << Math.min(failures, 10));
        return pause.compareTo(LONGEST_BACK_OFF) < 0 ? pause : LONGEST_BACK_OFF;
    }

    private static int port(AgentConfig config, Path file) throws IOException {
        if (config.proxyPort() != 0) {
            return config.proxyPort();
        }
        if (Files.exists(file)) {
            return Integer.parseInt(Files.readString(file).strip());
        }
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(config.proxyHost()))) {
            Files.writeString(file, any.getLocalPort() + "\n");
            return any.getLocalPort();
        }
    }

    private static long residentBytes(long pid) {
        try {
            return Files.readAllLines(PROC.resolve(String.valueOf(pid)).resolve("status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            // It ended since it answered; the next report says so.
            return 0;
        }
    }
}
