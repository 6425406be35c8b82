package dev.tandem.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tandem.cli.Tandem;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HostCommandsTest {
    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void withoutATokenNothingStarts() {
        assertThat(run(new RunnerCommand(Map.of()), "--url", "http://localhost:1"))
                .isEqualTo(2);
        assertThat(run(new AgentCommand(Map.of()), "--url", "http://localhost:1"))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--token-file", "TANDEM_RUNNER_TOKEN", "TANDEM_AGENT_TOKEN");
    }

    @Test
    void whatCannotBeIsSaidInOneLine() {
        assertThat(run(
                        new RunnerCommand(Map.of("TANDEM_RUNNER_TOKEN", "t")),
                        "--url",
                        "ftp://x",
                        "--work",
                        work(),
                        "--unsafe-shell"))
                .isEqualTo(2);
        assertThat(run(new AgentCommand(Map.of("TANDEM_AGENT_TOKEN", "t")), "--url", "http://localhost:1"))
                .isEqualTo(2);
        assertThat(run(new RunnerCommand(Map.of()), "--url", "http://x", "--token-file", work() + "/none"))
                .isEqualTo(1);

        assertThat(err.toString())
                .contains(
                        "must begin with http:// or https://: ftp://x",
                        "the module proxy is not on the class path",
                        "none")
                .doesNotContain("\tat ");
    }

    /** The whole command as a process: it asks for jobs under its token, and SIGTERM ends it. */
    @Test
    void theRunnerAsksForJobsUntilItIsStopped() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            asked.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("RUNNER-TOKEN"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        Path token = Files.writeString(folder.resolve("token"), "glrt-other-machine\n");
        Process runner = process(
                "runner",
                "--url",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "--token-file",
                token.toString(),
                "--work",
                work(),
                "--unsafe-shell");
        try {
            Await.until("it asks for a job", () -> asked.contains("/api/v4/jobs/request glrt-other-machine"));
            runner.destroy();
            assertThat(runner.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            runner.destroyForcibly();
            server.stop(0);
        }
    }

    private String work() {
        return folder.resolve("work").toString();
    }

    private int run(Object command, String... arguments) {
        return new CommandLine(command).setErr(new PrintWriter(err, true)).execute(arguments);
    }

    private Process process(String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Tandem.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }
}
