package dev.tandem.cli.demo;

import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Await;
import dev.tandem.cli.drive.StepFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Pipelines as the API shows them. */
final class Pipelines {
    private static final Duration PIPELINE = Duration.ofSeconds(100);
    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final Duration NOW_AND_THEN = Duration.ofMillis(100);

    private final Api api;

    Pipelines(Api api) {
        this.api = api;
    }

    long of(String project, String commit) throws Exception {
        return Await.until(
                Duration.ofSeconds(20),
                OFTEN,
                () -> {
                    JsonNode found = api.get("/projects/" + Api.encoded(project) + "/pipelines?sha=" + commit);
                    return found.isEmpty()
                            ? Optional.empty()
                            : Optional.of(found.get(0).path("id").asLong());
                },
                () -> "commit " + commit + " has no pipeline");
    }

    long newest(String project) throws IOException, InterruptedException {
        return api.get("/projects/" + Api.encoded(project) + "/pipelines")
                .get(0)
                .path("id")
                .asLong();
    }

    /** Waits for the pipeline's end; its status. */
    String ended(String project, long pipeline) throws Exception {
        return Await.until(
                PIPELINE,
                NOW_AND_THEN,
                () -> {
                    String status = api.get("/projects/" + Api.encoded(project) + "/pipelines/" + pipeline)
                            .path("status")
                            .asString();
                    return List.of("success", "failed", "canceled", "skipped").contains(status)
                            ? Optional.of(status)
                            : Optional.empty();
                },
                () -> "pipeline " + pipeline + " of " + project + " did not end: " + reasons(project, pipeline));
    }

    boolean anyLog(String project, long pipeline) throws IOException, InterruptedException {
        for (JsonNode job : jobs(project, pipeline)) {
            if (job.path("status").asString().matches("running|success|failed")
                    && !trace(project, job).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The jobs that did not pass, each with its last lines. */
    String reasons(String project, long pipeline) {
        StringBuilder text = new StringBuilder();
        try {
            for (JsonNode job : jobs(project, pipeline)) {
                if (job.path("status").asString().equals("failed")) {
                    text.append(job.path("name").asString()).append(" failed: ").append(reason(trace(project, job)));
                } else if (!job.path("status").asString().equals("success")) {
                    text.append(job.path("name").asString())
                            .append(" is ")
                            .append(job.path("status").asString())
                            .append("; ");
                }
            }
        } catch (IOException | StepFailed e) {
            text.append(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return text.toString();
    }

    private static String reason(String trace) {
        List<String> lines = trace.lines()
                .map(line -> line.replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("section_"))
                .toList();
        return lines.stream()
                .filter(line -> line.startsWith("Deployment failed"))
                .findFirst()
                .orElse(String.join(" / ", lines.subList(Math.max(0, lines.size() - 4), lines.size())));
    }

    JsonNode jobs(String project, long pipeline) throws IOException, InterruptedException {
        return api.get("/projects/" + Api.encoded(project) + "/pipelines/" + pipeline + "/jobs");
    }

    String trace(String project, JsonNode job) throws IOException, InterruptedException {
        return api.getText(
                "/projects/" + Api.encoded(project) + "/jobs/" + job.path("id").asLong() + "/trace");
    }
}
