package dev.tandem.cli.run;

import dev.tandem.cli.pipeline.Json;
import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.runner.LocalResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The result of a run for programs; docs/pipeline/run.md is its contract. */
final class RunJson {
    private RunJson() {}

    static String of(
            @Nullable String name, CompositeStatus status, Duration took, String sha, Collection<LocalJobState> jobs) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", name);
        members.put("status", status.status().wire());
        members.put("warnings", status.warnings());
        members.put("sha", sha);
        members.put("duration_seconds", seconds(took));
        members.put("jobs", jobs.stream().map(RunJson::job).toList());
        return Json.of(members);
    }

    private static Object job(LocalJobState job) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", job.name());
        members.put("stage", job.plan().stage());
        members.put("status", job.status().wire());
        members.put("allow_failure", job.state().allowFailure());
        members.put("attempts", job.attempts());
        members.put("duration_seconds", job.attempts() == 0 ? null : seconds(job.took()));
        LocalResult result = job.result().orElse(null);
        members.put("failure_reason", result == null || result.succeeded() ? null : result.failureReason());
        members.put("exit_code", result == null || result.exitCode() == 0 ? null : result.exitCode());
        members.put("log", log(result));
        Map<String, String> artifacts = new TreeMap<>();
        if (result != null) {
            for (Map.Entry<String, Path> file : result.artifacts().entrySet()) {
                artifacts.put(file.getKey(), file.getValue().toString());
            }
        }
        members.put("artifacts", artifacts);
        job.downstream().ifPresent(child -> members.put("downstream", pipeline(child)));
        return members;
    }

    /** A trigger job has none. */
    private static @Nullable String log(@Nullable LocalResult result) {
        return result == null || result.log().toString().isEmpty()
                ? null
                : result.log().toString();
    }

    private static Object pipeline(LocalPipeline child) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        CompositeStatus status = child.status();
        members.put("name", child.name());
        members.put("status", status.status().wire());
        members.put("warnings", status.warnings());
        members.put("jobs", child.jobs().stream().map(RunJson::job).toList());
        return members;
    }

    private static double seconds(Duration took) {
        return took.toMillis() / 1000.0;
    }
}
