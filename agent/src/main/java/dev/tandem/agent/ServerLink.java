package dev.tandem.agent;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.DesiredState;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What the agent says to the server; see the package {@code protocol}. Each call fails with what came back. */
final class ServerLink implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    /** The server holds a poll for some 25 s. */
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MAX_DESIRED_BYTES = 32 * 1024 * 1024;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI base;
    private final String token;

    ServerLink(URI server, String token) {
        String text = server.toString();
        this.base = URI.create(text.endsWith("/") ? text : text + "/").resolve("api/tandem/v1/agent/");
        this.token = token;
    }

    /** Waits for a state newer than {@code after}; empty when there was none for a while. */
    Optional<DesiredState> desired(long after) throws IOException, InterruptedException {
        HttpRequest request =
                request("desired?after=" + after).timeout(POLL_TIMEOUT).GET().build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() == 204) {
                return Optional.empty();
            }
            expect(response, 200);
            return Optional.of(JSON.readValue(body.readNBytes(MAX_DESIRED_BYTES), DesiredState.class));
        } catch (JacksonException e) {
            throw new IOException("the server's desired state cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    void report(AgentReport report) throws IOException, InterruptedException {
        HttpRequest request = request("report")
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(report)))
                .build();
        expect(http.send(request, HttpResponse.BodyHandlers.discarding()), 204);
    }

    /** The bytes of a bundle, to be closed by the caller. */
    InputStream bundle(String sha256) throws IOException, InterruptedException, Procfile.Refused {
        HttpRequest request =
                request("bundles/" + sha256).timeout(TIMEOUT).GET().build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() == 404) {
            response.body().close();
            throw new Procfile.Refused("The server has no bundle " + sha256 + " for this agent");
        }
        if (response.statusCode() != 200) {
            response.body().close();
        }
        expect(response, 200);
        return response.body();
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).header("AGENT-TOKEN", token);
    }

    private static void expect(HttpResponse<?> response, int status) throws IOException {
        if (response.statusCode() != status) {
            String hint = response.statusCode() == 401 ? " (the agent's token is not valid there)" : "";
            throw new IOException(
                    response.request().method() + " " + response.uri() + " answered " + response.statusCode() + hint);
        }
    }
}
