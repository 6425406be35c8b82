package dev.tandem.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.Load;
import dev.tandem.cli.drive.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Deployments of each strategy, one after the other, while people use the service. */
class LoadTest {
    private static final String TOKEN = "glpat-load-test-token-1";
    private static final int PER_SECOND = 500;
    private static final List<List<String>> STRATEGIES = List.of(
            List.of("--strategy", "rolling", "--min-step", "300ms", "--bake", "300ms"),
            List.of("--strategy", "blue-green", "--bake", "300ms"),
            List.of("--strategy", "canary", "--steps", "10,50", "--min-step", "500ms", "--bake", "1s"));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private ServerProcess server;
    private PageProject project;

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
                List.of("--unsafe-shell=true", "--runner-concurrency=0"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, "load-test-password", ServerProcess.TOKEN_VARIABLE, TOKEN)));
        server.awaitReady();
        project = new PageProject(server, folder.resolve("work"), TOKEN);
        project.create();
        project.write(
                "app/Procfile",
                "web: exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -cp . dev.tandem.e2e.LoadedService\n");
        project.write("app/dev/tandem/e2e/LoadedService.class", classFile());
        project.write(".gitlab-ci.yml", "nothing:\n  script: [\"true\"]\n");
        project.commit("a service under load");
        project.push();
        deploy(List.of());
    }

    @AfterEach
    void stop() {
        server.close();
        Leftovers.end(folder);
    }

    @Test
    @Timeout(3600)
    void noRequestFails() throws Exception {
        int deployments = Integer.getInteger("tandem.deployments", STRATEGIES.size());
        List<Load.Answer> answers = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        long longRequests;
        long sockets;
        List<String> failures;
        try (Visitors visitors = new Visitors(project.service().url())) {
            for (int i = 0; i < deployments; i++) {
                try (Load load = Load.start(project.service().request(), PER_SECOND)) {
                    project.write("app/number", "deployment " + i + "\n");
                    long began = System.nanoTime();
                    deploy(STRATEGIES.get(i % STRATEGIES.size()));
                    seconds.add((System.nanoTime() - began) / 1e9);
                    answers.addAll(load.answers());
                }
            }
            longRequests = visitors.longRequests();
            sockets = visitors.sockets();
            failures = visitors.failures();
        }

        System.out.printf(
                "%d deployments of %.1f to %.1f s: %d requests, %d long ones, %d WebSockets; revisions seen: %d%n",
                deployments,
                Collections.min(seconds),
                Collections.max(seconds),
                answers.size(),
                longRequests,
                sockets,
                answers.stream().map(Load.Answer::body).distinct().count());
        assertThat(answers.stream().filter(Load.Answer::failed)).isEmpty();
        assertThat(failures).isEmpty();
        assertThat(answers.stream().map(Load.Answer::body).distinct()).hasSize(deployments + 1);
        // The machine of the tests may be too slow for the whole rate, but a trickle would prove nothing.
        assertThat(answers).hasSizeGreaterThan(deployments * PER_SECOND);
        assertThat(List.of(longRequests, sockets)).allMatch(count -> count >= deployments);
    }

    private void deploy(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ServerProcess.home().resolve("bin/tandem").toString(),
                "deploy",
                "production",
                "--from",
                folder.resolve("work/app").toString(),
                "--project",
                PageProject.PATH));
        command.addAll(flags);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("TANDEM_URL", server.url().toString(), "TANDEM_TOKEN", TOKEN));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static byte[] classFile() throws IOException {
        try (InputStream in = LoadedService.class.getResourceAsStream("LoadedService.class")) {
            return in.readAllBytes();
        }
    }
}
