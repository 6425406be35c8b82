package dev.tandem.runner;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The calls of the runner protocol; every method may be interrupted. */
final class HttpCoordinator implements Coordinator, AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(10);
    private static final Duration TRANSFER_LIMIT = Duration.ofHours(1);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final RunnerConfig config;
    private final String base;
    // Redirects are followed by hand: a token must not travel to another host.
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final HttpRetry retry = new HttpRetry(client);

    HttpCoordinator(RunnerConfig config) {
        this.config = config;
        this.base = config.url().toString().replaceAll("/+$", "") + "/api/v4/";
    }

    PollOutcome poll(String lastUpdate) throws InterruptedException {
        var body = new LinkedHashMap<String, Object>();
        body.put("info", RunnerInfo.full());
        body.put("token", config.token());
        body.put("system_id", config.systemId());
        if (!lastUpdate.isEmpty()) {
            body.put("last_update", lastUpdate);
        }
        var request = json("jobs/request")
                .header("RUNNER-TOKEN", config.token())
                .header("Accept", "application/json")
                .method("POST", BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        try {
            var response = retry.send(request, BodyHandlers.ofByteArray());
            return switch (response.statusCode()) {
                case 201 -> assigned(response.body());
                case 204 ->
                    new PollOutcome.Nothing(response.headers()
                            .firstValue("X-GitLab-Last-Update")
                            .orElse(""));
                case 403 -> new PollOutcome.Forbidden();
                default -> new PollOutcome.Trouble("the coordinator answered " + response.statusCode());
            };
        } catch (IOException e) {
            return new PollOutcome.Trouble("no answer: " + e);
        }
    }

    private static PollOutcome assigned(byte[] body) {
        try {
            return new PollOutcome.Assigned(JSON.readValue(body, JobPayload.class));
        } catch (JacksonException e) {
            return new PollOutcome.Trouble("a job could not be read: " + e.getOriginalMessage());
        }
    }

    @Override
    public Answer running(JobPayload job, JobLog.State state) throws IOException, InterruptedException {
        return update(job, Map.of("state", "running"), state);
    }

    @Override
    public Answer finished(JobPayload job, JobResult result, JobLog.State state)
            throws IOException, InterruptedException {
        return switch (result) {
            case JobResult.Succeeded() -> update(job, Map.of("state", "success"), state);
            case JobResult.Failed failed -> update(job, failure(job, failed), state);
            case JobResult.Dropped() -> throw new IllegalArgumentException("a dropped job is not reported");
        };
    }

    private static Map<String, Object> failure(JobPayload job, JobResult.Failed failed) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("state", "failed");
        fields.put(
                "failure_reason",
                FailureReasons.known(failed.reason(), job.features().failureReasons()));
        if (failed.exitCode() != 0) {
            fields.put("exit_code", failed.exitCode());
        }
        return fields;
    }

    private Answer update(JobPayload job, Map<String, Object> fields, JobLog.State state)
            throws IOException, InterruptedException {
        var body = new LinkedHashMap<String, Object>();
        body.put("info", RunnerInfo.full());
        body.put("token", job.token());
        body.putAll(fields);
        if (state.size() > 0) {
            body.put("checksum", state.checksum());
            body.put("output", Map.of("checksum", state.checksum(), "bytesize", state.size()));
        } else {
            body.put("output", Map.of());
        }
        var request = json("jobs/" + job.id())
                .header("JOB-TOKEN", job.token())
                .method("PUT", BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        return answer(retry.send(request, BodyHandlers.discarding()));
    }

    @Override
    public Answer appendLog(JobPayload job, long offset, byte[] bytes, boolean debug)
            throws IOException, InterruptedException {
        var request = request("jobs/" + job.id() + "/trace?debug_trace=" + debug, ANSWER_LIMIT)
                .header("JOB-TOKEN", job.token())
                .header("Content-Type", "text/plain")
                .header("Content-Range", offset + "-" + (offset + bytes.length - 1))
                .method("PATCH", BodyPublishers.ofByteArray(bytes))
                .build();
        return answer(retry.send(request, BodyHandlers.discarding()));
    }

    /** Sends a file as the only part of a form, straight from the disk. */
    @Override
    public Answer upload(JobPayload job, Map<String, String> parameters, String fileName, Path file)
            throws IOException, InterruptedException {
        var boundary = "tandem-" + UUID.randomUUID();
        var head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + fileName.replaceAll("[\"\\\\\\r\\n]", "_") + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        var query = parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var request = request("jobs/" + job.id() + "/artifacts" + (query.isEmpty() ? "" : "?" + query), TRANSFER_LIMIT)
                .header("JOB-TOKEN", job.token())
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofString(head),
                        BodyPublishers.ofFile(file),
                        BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")))
                .build();
        return answer(retry.send(request, BodyHandlers.discarding()));
    }

    /** A redirect is followed once, without the token. */
    @Override
    public Download download(JobPayload.Dependency dependency) throws IOException, InterruptedException {
        var request = request("jobs/" + dependency.id() + "/artifacts", TRANSFER_LIMIT)
                .header("JOB-TOKEN", dependency.token())
                .GET()
                .build();
        var response = retry.send(request, BodyHandlers.ofInputStream());
        var target = response.headers().firstValue("Location");
        if ((response.statusCode() != 302 && response.statusCode() != 307) || target.isEmpty()) {
            return download(response);
        }
        response.body().close();
        var address = request.uri().resolve(target.get());
        return download(retry.send(
                HttpRequest.newBuilder(address).timeout(TRANSFER_LIMIT).GET().build(), BodyHandlers.ofInputStream()));
    }

    private static Download download(HttpResponse<InputStream> response) {
        return new Download(response.statusCode(), response.body());
    }

    /** Drops what is under way, a held poll too, by closing its socket. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private static Answer answer(HttpResponse<?> response) {
        return new Answer(response.statusCode(), response.headers());
    }

    private HttpRequest.Builder json(String path) {
        return request(path, ANSWER_LIMIT).header("Content-Type", "application/json");
    }

    private HttpRequest.Builder request(String path, Duration limit) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(limit)
                .header("User-Agent", RunnerInfo.USER_AGENT)
                .header("X-Request-Id", UUID.randomUUID().toString().replace("-", ""));
    }
}
