package dev.tandem.runner;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes jobs for tests, in the words of the protocol. */
final class Payload {
    private final Map<String, Object> job = new HashMap<>();
    private final List<Object> variables = new ArrayList<>();
    private final List<Object> steps = new ArrayList<>();

    private Payload(long id) {
        job.put("id", id);
        job.put("token", "glcbt-job-token-1");
        job.put("allow_git_fetch", true);
        job.put(
                "job_info",
                Map.of("name", "test", "stage", "test", "project_id", 12, "project_full_path", "acme/shop"));
        job.put("git_info", Map.of("repo_url", "", "ref", "main", "sha", "", "refspecs", List.of()));
        job.put("runner_info", Map.of("timeout", 60));
        job.put(
                "features",
                Map.of("trace_sections", true, "failure_reasons", List.of("job_canceled", "runner_interrupted")));
    }

    static Payload job(long id, String... script) {
        return new Payload(id).step("script", script);
    }

    Payload withoutSources() {
        return variable("GIT_STRATEGY", "none");
    }

    Payload sources(String url, String sha, int depth, String... refspecs) {
        job.put(
                "git_info",
                Map.of("repo_url", url, "ref", "main", "sha", sha, "refspecs", List.of(refspecs), "depth", depth));
        return this;
    }

    Payload step(String name, String... script) {
        steps.add(Map.of("name", name, "script", List.of(script)));
        return this;
    }

    Payload variable(String key, String value) {
        variables.add(Map.of("key", key, "value", value));
        return this;
    }

    Payload masked(String key, String value) {
        variables.add(Map.of("key", key, "value", value, "masked", true, "raw", true));
        return this;
    }

    Payload file(String key, String value) {
        variables.add(Map.of("key", key, "value", value, "file", true));
        return this;
    }

    Payload with(String key, Object value) {
        job.put(key, value);
        return this;
    }

    Map<String, Object> build() {
        job.put("variables", variables);
        job.put("steps", steps);
        return job;
    }
}
