package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files that a configuration takes from the web, by the client that guards this machine and its network. */
class RemoteIncludeTest {
    @TempDir
    static Path folder;

    private static BuildServer build;
    private static HttpServer allowed;
    private static HttpServer inner;
    private static final List<String> ASKED = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        allowed = server();
        inner = server();
        build = BuildServer.start(folder, "--outgoing-allow", "127.0.0.1:" + port(allowed));
    }

    @AfterAll
    static void stop() {
        build.close();
        allowed.stop(0);
        inner.stop(0);
    }

    @BeforeEach
    void forget() {
        ASKED.clear();
    }

    @Test
    void aFileFromTheWebIsPartOfThePipeline() {
        Repo repo =
                build.project("web", "include: {remote: '%s'}\na: {script: [echo]}\n".formatted(url(allowed, "jobs")));

        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        assertThat(pipeline.problems()).isEmpty();
        assertThat(build.jobs(pipeline.id())).extracting(JobRecord::name).containsExactlyInAnyOrder("a", "remote");
    }

    @Test
    void anInnerAddressIsNotAskedNotEvenByARedirect() {
        Repo repo = build.project(
                "inner",
                "include: [{remote: '%s'}, {remote: '%s'}]\na: {script: [echo]}\n"
                        .formatted(url(inner, "jobs"), url(allowed, "inwards")));

        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        assertThat(pipeline.status()).isEqualTo(JobStatus.FAILED);
        assertThat(pipeline.problems())
                .extracting(problem -> problem.message())
                .hasSize(2)
                .allSatisfy(message -> assertThat(message).contains("inside of this server's own network"));
        assertThat(ASKED).containsExactly(port(allowed) + "/inwards.yml");
    }

    @Test
    void aMissingFileNamesItsPlace() {
        Repo repo =
                build.project("gone", "include: {remote: '%s'}\na: {script: [echo]}\n".formatted(url(allowed, "no")));

        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        assertThat(pipeline.problems()).hasSize(1);
        assertThat(pipeline.problems().getFirst().oneLine())
                .startsWith(".gitlab-ci.yml:1:")
                .contains("/no.yml", "404");
    }

    @Test
    void aDryRunReadsEachFileOnce() {
        Repo repo =
                build.project("dry", "include: {remote: '%s'}\na: {script: [echo]}\n".formatted(url(allowed, "jobs")));
        build.awaitPipeline(repo, 0);
        ASKED.clear();

        JsonNode answer = JsonMapper.builder()
                .build()
                .readTree(build.server()
                        .api(
                                "GET",
                                "/projects/" + repo.id() + "/ci/lint?dry_run=true&include_jobs=true",
                                RunningServer.TOKEN,
                                null)
                        .body());

        assertThat(answer.get("valid").asBoolean()).isTrue();
        assertThat(answer.get("jobs")).hasSize(2);
        assertThat(answer.get("merged_yaml").asString()).contains("remote:");
        assertThat(ASKED).containsExactly(port(allowed) + "/jobs.yml");
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            ASKED.add(port(server) + path);
            byte[] body = "remote: {script: [echo]}\n".getBytes(StandardCharsets.UTF_8);
            switch (path) {
                case "/jobs.yml" -> exchange.sendResponseHeaders(200, body.length);
                case "/inwards.yml" -> {
                    exchange.getResponseHeaders().set("Location", url(inner, "jobs"));
                    exchange.sendResponseHeaders(302, -1);
                }
                default -> exchange.sendResponseHeaders(404, -1);
            }
            if (path.equals("/jobs.yml")) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String url(HttpServer server, String name) {
        return "http://127.0.0.1:" + port(server) + "/" + name + ".yml";
    }

    private static int port(HttpServer server) {
        return server.getAddress().getPort();
    }
}
