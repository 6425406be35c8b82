package dev.tandem.cli.drive;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The REST API with a personal access token. Answers that are no success become a {@link StepFailed}. */
public final class Api {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI server;
    private final String token;

    public Api(URI server, String token) {
        this.server = server;
        this.token = token;
    }

    /** @param path below {@code /api/v4}, or below {@code /api/tandem/v1} when it begins with {@code tandem:} */
    public JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(getText(path));
    }

    public String getText(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    public JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        return JSON.readTree(send(request));
    }

    /** A project's path as the one path segment that the API wants. */
    public static String encoded(String fullPath) {
        return URLEncoder.encode(fullPath, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        String address =
                path.startsWith("tandem:") ? "/api/tandem/v1" + path.substring("tandem:".length()) : "/api/v4" + path;
        return HttpRequest.newBuilder(URI.create(server + address))
                .header("PRIVATE-TOKEN", token)
                .timeout(Duration.ofSeconds(30));
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new StepFailed("%s %s answered %d: %s"
                    .formatted(request.method(), request.uri().getPath(), response.statusCode(), response.body()));
        }
        return response.body();
    }
}
