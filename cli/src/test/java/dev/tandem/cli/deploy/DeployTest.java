package dev.tandem.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a server of a few scripted answers. */
class DeployTest {
    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer server;
    private String progress = ended("success", "null");

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        Files.writeString(folder.resolve("Procfile"), "web: ./app\n");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        asked.add(exchange.getRequestMethod() + " " + path + " "
                + exchange.getRequestHeaders().getFirst("JOB-TOKEN") + " " + (body.startsWith("{") ? body : ""));
        boolean bundle = exchange.getRequestMethod().equals("GET") && path.contains("/bundles/");
        String reply = path.contains("/progress")
                ? progress
                : bundle ? "{\"message\":\"404 Bundle Not Found\"}" : rollout("preparing", false, "null");
        byte[] bytes = reply.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(bundle ? 404 : 201, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String rollout(String phase, boolean over, String reason) {
        return "{\"id\":5,\"environment\":\"production\",\"web_url\":\"http://x/1\",\"phase\":\"" + phase
                + "\",\"over\":" + over + ",\"reason\":" + reason
                + ",\"log_tail\":[\"last words\"],\"url\":\"http://shop\"}";
    }

    private static String ended(String phase, String reason) {
        return "{\"events\":[{\"id\":9,\"message\":\"healthy\"}],\"rollout\":" + rollout(phase, true, reason) + "}";
    }

    @Test
    void aJobPacksUploadsAndFollowsToTheEnd() {
        assertThat(run("production", "--from", folder.toString())).isZero();

        assertThat(asked).hasSize(4);
        assertThat(asked.get(1))
                .startsWith("PUT /api/tandem/v1/projects/7/bundles/")
                .contains("secret");
        assertThat(asked.get(2)).contains("POST /api/tandem/v1/projects/7/rollouts", "\"environment\":\"production\"");
        assertThat(out.toString()).contains("  healthy", "production is done: http://shop");
    }

    @Test
    void aFailedRolloutFailsTheJobWithTheReasonAndTheLastWords() {
        progress = ended("failed", "\"the new revision keeps crashing\"");

        assertThat(run("production", "--from", folder.toString())).isEqualTo(1);

        assertThat(err.toString())
                .contains("The deployment to production ended as failed: the new revision keeps crashing.");
        assertThat(out.toString()).contains("    | last words");
    }

    @Test
    void aFolderWithoutProcfileIsRefusedBeforeAnybodyIsAsked() throws IOException {
        Files.delete(folder.resolve("Procfile"));

        assertThat(run("production", "--from", folder.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("has no Procfile");
        assertThat(asked).isEmpty();
    }

    @Test
    void theSameFilesAreTheSameBundle() throws Exception {
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/HEAD"), "one");
        String first;
        try (Bundle bundle = Bundle.pack(folder)) {
            first = bundle.sha256();
        }
        Files.writeString(folder.resolve(".git/HEAD"), "two");
        Files.setLastModifiedTime(folder.resolve("Procfile"), java.nio.file.attribute.FileTime.fromMillis(1_000_000));

        try (Bundle bundle = Bundle.pack(folder)) {
            assertThat(bundle.sha256()).isEqualTo(first);
            assertThat(bundle.entries()).isEqualTo(1);
        }
    }

    @Test
    void withoutTokenItSaysWhatToDo() {
        CommandLine command = new CommandLine(new DeployCommand(Map.of())).setErr(new PrintWriter(err));

        assertThat(command.execute("production", "--from", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("set TANDEM_TOKEN");
    }

    @Test
    void promotingUploadsNothing() {
        int status = run(new PromoteCommand(job()), "production", "--from", "staging", "--strategy", "canary");

        assertThat(status).isZero();
        assertThat(asked).hasSize(2);
        assertThat(asked.getFirst())
                .contains("POST /api/tandem/v1/projects/7/rollouts", "\"promote_from\":\"staging\"", "canary");
        assertThat(run(new PromoteCommand(job()), "production")).isEqualTo(2);
    }

    @Test
    void aVariableWithoutValueTakesTheOneItHasHere() {
        Map<String, String> here = new java.util.HashMap<>(job());
        here.put("PASSWORD", "a=b c");

        assertThat(run(
                        new ConfigurationCommand.SetVariables(here),
                        "production",
                        "PASSWORD",
                        "MODE=fast",
                        "--secret",
                        "--no-deploy"))
                .isZero();

        assertThat(asked.getFirst())
                .contains(
                        "POST /api/tandem/v1/projects/7/configuration",
                        "\"PASSWORD\":\"a=b c\"",
                        "\"MODE\":\"fast\"",
                        "\"secret\":true",
                        "\"deploy\":false");
        assertThat(run(new ConfigurationCommand.SetVariables(job()), "production", "NOWHERE"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("NOWHERE has no value here. Write NOWHERE=VALUE.");
    }

    private Map<String, String> job() {
        return Map.of(
                "CI_SERVER_URL", "http://127.0.0.1:" + server.getAddress().getPort(),
                "CI_JOB_TOKEN", "secret",
                "CI_PROJECT_ID", "7");
    }

    private int run(String... arguments) {
        return run(new DeployCommand(job()), arguments);
    }

    private int run(ServerCommand command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
