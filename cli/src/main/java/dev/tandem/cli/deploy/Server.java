package dev.tandem.cli.deploy;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server's deliver resources of one project. */
final class Server {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration QUICK = Duration.ofSeconds(60);
    /** The server holds a question about progress for some 25 s. */
    private static final Duration PROGRESS = Duration.ofSeconds(60);

    private static final Duration UPLOAD = Duration.ofMinutes(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Connection connection;

    Server(Connection connection) {
        this.connection = connection;
    }

    /** @param status HTTP status */
    record Reply(int status, JsonNode body) {
        boolean ok() {
            return status / 100 == 2;
        }
    }

    boolean hasBundle(String sha256) throws IOException, InterruptedException, Refused {
        Reply reply = send(request("/bundles/" + sha256, QUICK).GET());
        if (reply.ok()) {
            return true;
        }
        if (reply.status() == 404 && reply.body().path("message").asString("").contains("Bundle")) {
            return false;
        }
        throw refused(reply);
    }

    void upload(Path bundle, String sha256) throws IOException, InterruptedException, Refused {
        accepted(send(request("/bundles/" + sha256, UPLOAD)
                .header("Content-Type", "application/gzip")
                .PUT(BodyPublishers.ofFile(bundle))));
    }

    JsonNode rollOut(Map<String, Object> parameters) throws IOException, InterruptedException, Refused {
        return accepted(send(post("/rollouts", parameters)));
    }

    JsonNode rollBack(Map<String, Object> parameters) throws IOException, InterruptedException, Refused {
        return accepted(send(post("/rollbacks", parameters)));
    }

    JsonNode configuration(String environment) throws IOException, InterruptedException, Refused {
        String named = URLEncoder.encode(environment, StandardCharsets.UTF_8);
        return accepted(
                send(request("/configuration?environment=" + named, QUICK).GET()));
    }

    JsonNode configure(Map<String, Object> parameters) throws IOException, InterruptedException, Refused {
        return accepted(send(post("/configuration", parameters)));
    }

    JsonNode activeRollout(String environment) throws IOException, InterruptedException, Refused {
        String named = URLEncoder.encode(environment, StandardCharsets.UTF_8);
        return accepted(
                send(request("/rollouts/active?environment=" + named, QUICK).GET()));
    }

    JsonNode act(long rollout, String act, Map<String, Object> parameters)
            throws IOException, InterruptedException, Refused {
        return accepted(send(post("/rollouts/" + rollout + "/" + act, parameters)));
    }

    /** Held until there is news after event {@code after}. */
    Reply progress(long rollout, long after) throws IOException, InterruptedException {
        return send(request("/rollouts/" + rollout + "/progress?after=" + after, PROGRESS)
                .GET());
    }

    JsonNode environments() throws IOException, InterruptedException, Refused {
        return accepted(send(request("/environments?per_page=100", QUICK).GET()));
    }

    private static JsonNode accepted(Reply reply) throws Refused {
        if (!reply.ok()) {
            throw refused(reply);
        }
        return reply.body();
    }

    static Refused refused(Reply reply) {
        JsonNode message = reply.body().has("message")
                ? reply.body().get("message")
                : reply.body().path("error");
        String text = message.isString() ? message.asString() : message.toString();
        return switch (reply.status()) {
            case 401 ->
                new Refused("The server does not accept the token (401): it is wrong, expired or revoked, or its"
                        + " job is over.");
            case 403 ->
                new Refused(
                        text.equals("403 Forbidden")
                                ? "This needs the role developer or higher in the project (403)."
                                : text);
            default -> new Refused(text.isEmpty() ? "The server answered " + reply.status() + "." : text);
        };
    }

    private HttpRequest.Builder post(String path, Map<String, Object> parameters) {
        return request(path, QUICK)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(parameters)));
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        String project =
                URLEncoder.encode(connection.project(), StandardCharsets.UTF_8).replace("+", "%20");
        return HttpRequest.newBuilder(URI.create(connection.server() + "/api/tandem/v1/projects/" + project + path))
                .header(connection.tokenHeader(), connection.token())
                .timeout(timeout);
    }

    private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            return new Reply(
                    response.statusCode(), JSON.readTree(response.body().isBlank() ? "{}" : response.body()));
        } catch (JacksonException e) {
            if (response.statusCode() / 100 == 2) {
                throw new IOException(
                        response.request().method() + " " + response.uri()
                                + " answered no JSON; is this a Tandem server?",
                        e);
            }
            return new Reply(response.statusCode(), JSON.createObjectNode());
        }
    }
}
