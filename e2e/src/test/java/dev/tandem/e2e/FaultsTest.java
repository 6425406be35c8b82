package dev.tandem.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Await;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.testkit.StaticGit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs and services that misbehave, and people who act at the same moment, on a whole server. */
class FaultsTest {
    private static final String PASSWORD = "the-password-of-the-faults-test";
    private static final String TOKEN = "glpat-faults-test-token-1";
    /** The other git server of an import is on this machine. */
    private static final List<String> FLAGS = List.of("--unsafe-shell=true", "--outgoing-allow=127.0.0.1");

    private static final String PROCFILE = "web: jwebserver -b 127.0.0.1 -p $PORT -d $PWD/public\n";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration OFTEN = Duration.ofMillis(50);

    /** One server for all of them; each test has a project of its own. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static @Nullable ServerProcess server;
    private static int projects;

    private PageProject project;

    @BeforeAll
    static void start() throws Exception {
        Distribution.required();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        server = ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                FLAGS,
                Map.of(ServerProcess.PASSWORD_VARIABLE, PASSWORD, ServerProcess.TOKEN_VARIABLE, TOKEN)));
        server.awaitReady();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            Leftovers.end(folder);
        }
    }

    @BeforeEach
    void project() throws Exception {
        String name = "page" + ++projects;
        project = new PageProject(Objects.requireNonNull(server), folder.resolve(name), TOKEN, name);
        project.create();
    }

    /** The log also shows the commands, so that only a computed number tells that one found something. */
    @Test
    void aJobFindsNeitherTheDataFolderNorTheServersSecrets() throws Exception {
        Distribution.isolationRequired();
        Path planted = Files.writeString(folder.resolve("data/planted"), "planted-by-the-test");
        Files.setPosixFilePermissions(planted, PosixFilePermissions.fromString("rw-rw-rw-"));
        project.write(".gitlab-ci.yml", """
                look:
                  script:
                    - if grep -rqs "planted-by-[t]he-test" "$DATA"; then echo data-$((6 * 7)); fi
                    - if cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -q "$SECRET"; then echo environment-$((6 * 7)); fi
                    - if cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -q "[T]andemServer"; then echo processes-$((6 * 7)); fi
                    - touch "$DATA/mine" || true
                    - echo looked-$((6 * 7))
                  variables: {DATA: "%s", SECRET: "the-password-of-[t]he"}
                """.formatted(folder.resolve("data")));
        String commit = project.commit("look around");
        project.push();

        assertThat(project.ended(commit)).isEqualTo("success");
        String trace = project.trace(jobsOf(commit).getFirst());
        assertThat(trace).contains("looked-42").doesNotContain("data-42", "environment-42", "processes-42");
        assertThat(folder.resolve("data/mine")).doesNotExist();
    }

    @Test
    void aServiceThatIgnoresSigtermIsEndedByItsSuccessor() throws Exception {
        project.write(
                "app/Procfile",
                "web: trap '' TERM; jwebserver -b 127.0.0.1 -p $PORT -d $PWD/public & while :; do wait; sleep 1; done\n");
        String stubborn = project.commit("one that stays");
        project.push();
        assertThat(project.ended(stubborn)).isEqualTo("success");
        assertThat(project.service().ask()).isEqualTo("one that stays");
        assertThat(stubbornProcesses()).isPositive();

        project.write("app/Procfile", PROCFILE);
        String successor = project.commit("the next");
        project.push();

        assertThat(project.ended(successor)).isEqualTo("success");
        assertThat(project.service().ask()).isEqualTo("the next");
        Await.until(
                LIMIT,
                OFTEN,
                () -> stubbornProcesses() == 0 ? Optional.of(true) : Optional.empty(),
                () -> stubbornProcesses() + " processes of the old revision still run");
    }

    private long stubbornProcesses() {
        return ProcessHandle.allProcesses()
                .map(handle -> handle.info().commandLine().orElse(""))
                .filter(line -> line.contains("trap '' TERM; jwebserver"))
                .count();
    }

    @Test
    void twoPushesAtOnceGetAPipelineEach() throws Exception {
        project.write(".gitlab-ci.yml", """
                check:
                  script: ["test -s app/public/index.html"]
                deploy:
                  stage: deploy
                  script: ["tandem deploy production --from app"]
                  environment: {name: production}
                  rules: [{if: $CI_COMMIT_BRANCH == "main"}]
                """);
        String first = project.commit("first");
        project.push();
        assertThat(project.ended(first)).isEqualTo("success");
        String left = project.commit("left");
        String right = project.commit("right");
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            List<Future<Void>> pushes = both.invokeAll(List.of(pushing(left, "left"), pushing(right, "main")));
            for (Future<Void> push : pushes) {
                push.get();
            }
        }

        assertThat(project.ended(right)).isEqualTo("success");
        assertThat(project.ended(left)).isEqualTo("success");
        for (String commit : List.of(first, left, right)) {
            assertThat(project.pipelinesOf(commit)).hasSize(1);
            assertThat(jobsOf(commit)).hasSize(commit.equals(left) ? 1 : 2).allMatch(PageProject::hasEnded);
        }
        assertThat(project.deployments()).hasSize(2).allMatch(PageProject::hasEnded);
        assertThat(project.service().ask()).isEqualTo("right");
    }

    private Callable<Void> pushing(String commit, String branch) {
        return () -> {
            project.push(commit, branch);
            return null;
        };
    }

    @Test
    void cancelingTheDeployJobTakesItsRolloutBack() throws Exception {
        String good = project.commit("good");
        project.push();
        assertThat(project.ended(good)).isEqualTo("success");
        project.write("app/Procfile", "web: sleep 600\n");
        String never = project.commit("never well");
        project.push();
        JsonNode job = Await.until(
                LIMIT,
                OFTEN,
                () -> jobsOf(never).stream()
                        .filter(one -> one.path("name").asString().equals("deploy"))
                        .filter(this::saysThatItWaits)
                        .findFirst(),
                () -> "the deploy job does not wait for the health check");

        project.cancel(job);

        assertThat(project.ended(never)).isEqualTo("canceled");
        Await.until(
                LIMIT,
                OFTEN,
                () -> project.deployments().stream().allMatch(PageProject::hasEnded)
                        ? Optional.of(true)
                        : Optional.empty(),
                () -> "the rollout goes on without its job");
        assertThat(project.deployments().stream()
                        .filter(deployment -> deployment.path("sha").asString().equals(never))
                        .map(deployment -> deployment.path("status").asString()))
                .containsExactly("canceled");
        assertThat(project.service().ask()).isEqualTo("good");
    }

    @Test
    void anImportGoesOnAfterItsServerWasKilledInTheMiddle() throws Exception {
        ServerProcess killed = Objects.requireNonNull(server);
        Path source = folder.resolve("page" + projects);
        String commit = project.commit("to be imported");
        new ProcessBuilder("git", "update-server-info")
                .directory(source.toFile())
                .start()
                .waitFor();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch dead = new CountDownLatch(1);
        try (StaticGit other = new StaticGit(source.resolve(".git"), () -> {
            asked.countDown();
            dead.await();
            return true;
        })) {
            Map<String, String> wanted =
                    Map.of("name", "copy", "import_url", other.url().toString());
            new Api(killed.url(), TOKEN).post("/projects", wanted);
            assertThat(asked.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            killed.kill();
            dead.countDown();
            ServerProcess next = ServerProcess.start(killed.again(FLAGS));
            server = next;
            next.awaitReady();
            Api api = new Api(next.url(), TOKEN);

            Await.until(
                    LIMIT,
                    OFTEN,
                    () -> Optional.of(api.get("/projects/root%2Fcopy/import")
                                    .path("import_status")
                                    .asString())
                            .filter("finished"::equals),
                    () -> "the import does not end");

            JsonNode branches = api.get("/projects/root%2Fcopy/repository/branches");
            assertThat(branches).hasSize(1);
            assertThat(branches.get(0).path("commit").path("id").asString()).isEqualTo(commit);
        }
    }

    private boolean saysThatItWaits(JsonNode job) {
        try {
            return project.trace(job).contains("health check");
        } catch (Exception e) {
            return false; // It has no log yet.
        }
    }

    private List<JsonNode> jobsOf(String commit) throws Exception {
        return project.jobs(project.awaitPipeline(commit).path("id").asLong());
    }
}
