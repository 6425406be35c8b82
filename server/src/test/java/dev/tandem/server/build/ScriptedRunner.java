package dev.tandem.server.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plays a runner: each method is one call of the protocol, and gives back what came. */
public final class ScriptedRunner {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String INFO = "\"info\":{\"name\":\"scripted\",\"version\":\"1\",\"executor\":\"shell\","
            + "\"features\":{\"two_phase_job_commit\":true,\"cancel_gracefully\":true,\"trace_checksum\":true}}";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;
    private final String token;
    private final long id;

    ScriptedRunner(URI server, String token, long id) {
        this.server = server;
        this.token = token;
        this.id = id;
    }

    public long id() {
        return id;
    }

    public String token() {
        return token;
    }

    /** A job as it was handed out. */
    public record Given(long id, String token, JsonNode payload) {}

    public HttpResponse<String> verify(String systemId) {
        return post("/runners/verify", "{" + INFO + ",\"token\":\"" + token + "\",\"system_id\":\"" + systemId + "\"}");
    }

    public HttpResponse<String> ask(Optional<String> lastUpdate) {
        return post("/jobs/request", askBody(lastUpdate));
    }

    public String askBody(Optional<String> lastUpdate) {
        String update =
                lastUpdate.map(value -> ",\"last_update\":\"" + value + "\"").orElse("");
        return "{" + INFO + ",\"token\":\"" + token + "\",\"system_id\":\"s_scripted\"" + update + "}";
    }

    /** Asks until there is a job. */
    public Given take() {
        HttpResponse<String> answer = ask(Optional.of("0"));
        if (answer.statusCode() != 201) {
            throw new AssertionError("no job: " + answer.statusCode() + " " + answer.body());
        }
        return given(answer);
    }

    public Given takeAndStart() {
        Given job = take();
        int status = put(job, "running", "").statusCode();
        if (status != 200) {
            throw new AssertionError("not acknowledged: " + status);
        }
        return job;
    }

    public static Given given(HttpResponse<String> answer) {
        JsonNode payload = JSON.readTree(answer.body());
        return new Given(payload.get("id").asLong(), payload.get("token").asString(), payload);
    }

    public HttpResponse<String> put(Given job, String state, String more) {
        return send(HttpRequest.newBuilder(api("/jobs/" + job.id()))
                .header("JOB-TOKEN", job.token())
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(
                        "{" + INFO + ",\"token\":\"" + job.token() + "\",\"state\":\"" + state + "\"" + more + "}")));
    }

    /** The final call for a log of these bytes. */
    public HttpResponse<String> finish(Given job, String state, byte[] log, String more) {
        return put(
                job, state, ",\"output\":{\"checksum\":\"" + crc(log) + "\",\"bytesize\":" + log.length + "}" + more);
    }

    public void run(String log, String state, String more) {
        finishTaken(takeAndStart(), log, state, more);
    }

    public void finishTaken(Given job, String log, String state, String more) {
        byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0) {
            patch(job, 0, bytes);
        }
        int status = finish(job, state, bytes, more).statusCode();
        if (status != 200) {
            throw new AssertionError("result not taken: " + status);
        }
    }

    public HttpResponse<String> patch(Given job, long first, byte[] bytes) {
        return send(HttpRequest.newBuilder(api("/jobs/" + job.id() + "/trace?debug_trace=false"))
                .header("JOB-TOKEN", job.token())
                .header("Content-Type", "text/plain")
                .header("Content-Range", first + "-" + (first + bytes.length - 1))
                .method("PATCH", BodyPublishers.ofByteArray(bytes)));
    }

    public HttpResponse<String> upload(Given job, String query, String filename, byte[] content) {
        String boundary = "0123456789abcdef";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + filename
                        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        // A stream of unknown length goes out chunked, as the real runner sends it.
        return send(HttpRequest.newBuilder(api("/jobs/" + job.id() + "/artifacts" + query))
                .header("JOB-TOKEN", job.token())
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body.toByteArray()))));
    }

    public HttpResponse<byte[]> download(long jobId, String jobToken, String query) {
        try {
            return client.send(
                    HttpRequest.newBuilder(api("/jobs/" + jobId + "/artifacts" + query))
                            .header("JOB-TOKEN", jobToken)
                            .build(),
                    BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(api(path)).header("RUNNER-TOKEN", token));
    }

    public HttpResponse<String> delete(String path, String body) {
        return send(HttpRequest.newBuilder(api(path))
                .header("Content-Type", "application/json")
                .method("DELETE", BodyPublishers.ofString(body)));
    }

    public static String crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return "crc32:" + HexFormat.of().toHexDigits(crc.getValue(), 8);
    }

    private HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(api(path))
                .header("RUNNER-TOKEN", token)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofString(body)));
    }

    private URI api(String path) {
        return server.resolve("/api/v4" + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
