package dev.tandem.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.cli.drive.Await;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.cli.drive.StepFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} at random moments of pushes, pipelines and canaries, some of which are bad. The server holds runner and
 * agent too.
 */
class CrashTest {
    private static final List<String> FLAGS = List.of("--unsafe-shell=true");
    private static final String TOKEN = "glpat-crash-test-token-1";
    private static final Duration LONGEST_WAY = Duration.ofSeconds(20);
    private static final String CANARY =
            "tandem deploy production --from app --strategy canary --steps 50 --min-step 300ms --bake 1s";
    private static final String GOOD = "web: jwebserver -b 127.0.0.1 -p $PORT -d $PWD/public\n";
    /** Its health check finds it well; it ends soon after the first request. */
    private static final String BAD = "web: jwebserver -o info -b 127.0.0.1 -p $PORT -d $PWD/public > asked &"
            + " until grep -q GET asked; do sleep 0.1; done; exit 3\n";

    private static final Duration PROXY_BACK = Duration.ofSeconds(10);

    private enum Victim {
        SERVER,
        PROXY
    }

    /** When something was dead; nanoTime. */
    private record Outage(Victim victim, long from, long to) {}

    private final long seed = Long.getLong("tandem.seed", 20261123L);
    private final Random random = new Random(seed);
    private final List<String> accepted = new ArrayList<>();
    private final List<String> bad = new ArrayList<>();
    private final List<Outage> outages = new ArrayList<>();

    /** Kept after a failure: the server's log tells why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private ServerProcess server;
    private PageProject project;
    /** How long an undisturbed push takes to be served; all moments of it are worth a kill. */
    private Duration way;

    @BeforeAll
    static void distribution() {
        Distribution.required();
    }

    @BeforeEach
    void start() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        server = ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                FLAGS,
                Map.of(ServerProcess.PASSWORD_VARIABLE, "crash-test", ServerProcess.TOKEN_VARIABLE, TOKEN)));
        server.awaitReady();
        project = new PageProject(server, folder.resolve("work"), TOKEN);
        project.create();
        project.write(".gitlab-ci.yml", """
                stages: [check, deploy]
                check:
                  stage: check
                  script: ["echo script-started", "test -s app/public/index.html"]
                deploy:
                  stage: deploy
                  script: ["echo script-started", "%s"]
                  environment: {name: production}
                """.formatted(CANARY));
        push("version 0");
        assertThat(project.ended(accepted.getFirst())).isEqualTo("success");
        long from = System.nanoTime();
        push("version 0.1");
        assertThat(project.ended(accepted.getLast())).isEqualTo("success");
        Duration measured = Duration.ofNanos(System.nanoTime() - from);
        way = measured.compareTo(LONGEST_WAY) < 0 ? measured : LONGEST_WAY;
    }

    @AfterEach
    void stop() {
        server.close();
        Leftovers.end(folder);
    }

    @Test
    @Timeout(3600)
    void nothingIsLostDoubledOrStuck() throws Exception {
        int rounds = Integer.getInteger("tandem.rounds", 5);
        List<Availability.Miss> misses;
        try (Availability availability = Availability.of(project.service())) {
            for (int round = 1; round <= rounds; round++) {
                pushAndKill(round);
            }
            project.write("app/Procfile", GOOD);
            push("last version");
            assertThat(project.ended(accepted.getLast())).isEqualTo("success");
            misses = availability.misses();
            assertThat(availability.asked()).isPositive();
        }

        assertThat(project.service().ask()).isEqualTo("last version");
        for (String commit : accepted) {
            assertPipelineIsWhole(commit);
        }
        assertThat(project.deployments())
                .allSatisfy(deployment -> assertThat(PageProject.hasEnded(deployment))
                        .as(deployment.toString())
                        .isTrue());
        assertThat(project.deployments())
                .filteredOn(deployment -> bad.contains(deployment.path("sha").asString()))
                .as("canaries of versions that end when they are asked")
                .noneMatch(deployment -> deployment.path("status").asString().equals("success"));
        assertThat(misses).allMatch(this::whileProxyWasDead, "the service must answer while server and agent are dead");
    }

    private void pushAndKill(int round) throws Exception {
        Victim victim = round % 3 == 0 ? Victim.PROXY : Victim.SERVER;
        boolean isBad = round % 5 == 2;
        project.write("app/Procfile", isBad ? BAD : GOOD);
        String commit = project.commit("version " + round);
        if (isBad) {
            bad.add(commit);
        }
        long from = System.nanoTime();
        long killAfter = random.nextLong(way.toMillis());
        CompletableFuture<Void> push = CompletableFuture.runAsync(this::pushOnce);
        // The random moment is what this test is about; nothing is awaited here.
        LockSupport.parkNanos(Duration.ofMillis(killAfter).toNanos());
        kill(victim);
        if (failed(push)) {
            pushOnce();
        }
        accepted.add(commit);
        String status = project.ended(commit);
        if (victim == Victim.PROXY) {
            assertThat(status)
                    .as("pipeline of " + commit + ", while only the proxy was killed")
                    .isEqualTo(isBad ? "failed" : "success");
        }
        System.out.printf(
                "round %d of seed %d: %s killed after %d ms of a %s version, pipeline %s, %d ms in all%n",
                round,
                seed,
                victim,
                killAfter,
                isBad ? "bad" : "good",
                status,
                Duration.ofNanos(System.nanoTime() - from).toMillis());
    }

    private void push(String version) throws Exception {
        String commit = project.commit(version);
        pushOnce();
        accepted.add(commit);
    }

    private void pushOnce() {
        try {
            project.push();
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /** A push that the server's death tore apart may fail; the developer pushes again. */
    private static boolean failed(CompletableFuture<Void> push) {
        try {
            push.join();
            return false;
        } catch (CompletionException e) {
            if (e.getCause() instanceof StepFailed) {
                return true;
            }
            throw e;
        }
    }

    private void kill(Victim victim) throws Exception {
        long from = System.nanoTime();
        switch (victim) {
            case SERVER -> {
                server.kill();
                server = ServerProcess.start(server.again(FLAGS));
                server.awaitReady();
            }
            case PROXY -> {
                ProcessHandle proxy = server.proxy().orElseThrow(() -> new AssertionError("no proxy runs"));
                proxy.destroyForcibly();
                proxy.onExit().join();
                Await.until(
                        PROXY_BACK,
                        Duration.ofMillis(20),
                        this::serviceAnswers,
                        () -> "the service did not answer again after its proxy was killed");
            }
        }
        outages.add(new Outage(victim, from, System.nanoTime()));
    }

    private Optional<String> serviceAnswers() throws InterruptedException {
        try {
            return Optional.of(project.service().ask());
        } catch (IOException | StepFailed e) {
            return Optional.empty();
        }
    }

    private boolean whileProxyWasDead(Availability.Miss miss) {
        return outages.stream()
                .anyMatch(outage ->
                        outage.victim() == Victim.PROXY && miss.from() <= outage.to() && miss.to() >= outage.from());
    }

    private void assertPipelineIsWhole(String commit) throws Exception {
        List<JsonNode> pipelines = project.pipelinesOf(commit);
        assertThat(pipelines).as("pipelines of " + commit).hasSize(1);
        List<JsonNode> jobs = project.jobs(pipelines.getFirst().path("id").asLong());
        for (JsonNode job : jobs) {
            assertJobIsWhole(job, bad.contains(commit));
        }
        assertThat(jobs.stream()
                        .filter(job -> job.path("status").asString().equals("success"))
                        .map(job -> job.path("name").asString()))
                .doesNotHaveDuplicates();
    }

    /** It ran once if it passed; it may have failed only because its runner died with the server, or what it deploys is bad. */
    private void assertJobIsWhole(JsonNode job, boolean deploysBad) throws Exception {
        long executions =
                project.trace(job).lines().filter("script-started"::equals).count();
        switch (job.path("status").asString()) {
            case "success" -> assertThat(executions).as("executions of " + job).isEqualTo(1);
            case "failed" -> {
                assertThat(executions).as("executions of " + job).isLessThanOrEqualTo(1);
                assertThat(job.path("failure_reason").asString())
                        .as(job.toString())
                        .isIn(
                                deploysBad && job.path("name").asString().equals("deploy")
                                        ? List.of("runner_system_failure", "script_failure")
                                        : List.of("runner_system_failure"));
            }
            case "skipped" -> assertThat(executions).as("executions of " + job).isZero();
            default -> throw new AssertionError("neither ended nor ever canceled: " + job);
        }
    }
}
