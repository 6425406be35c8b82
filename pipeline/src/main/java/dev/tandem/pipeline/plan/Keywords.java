package dev.tandem.pipeline.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which keyword may stand where. A keyword that is added to the language is added here first. */
final class Keywords {
    /** Root keys that are no jobs. */
    static final List<String> ROOT = List.of(
            "default",
            "include",
            "stages",
            "types",
            "variables",
            "workflow",
            "image",
            "services",
            "cache",
            "before_script",
            "after_script",
            "spec");

    /** Root keys that mean the same as under {@code default}. */
    static final List<String> ROOT_DEFAULTS = List.of("image", "services", "cache", "before_script", "after_script");

    /** What {@code default} may hold, and {@code inherit:default} may list. */
    static final List<String> DEFAULT = List.of(
            "after_script",
            "artifacts",
            "before_script",
            "cache",
            "hooks",
            "id_tokens",
            "identity",
            "image",
            "interruptible",
            "retry",
            "services",
            "tags",
            "timeout");

    /** Job keywords that have an effect here or are handed on to the runner. */
    private static final List<String> EVALUATED = List.of(
            "after_script",
            "allow_failure",
            "artifacts",
            "before_script",
            "cache",
            "coverage",
            "dependencies",
            "environment",
            "except",
            "extends",
            "hooks",
            "image",
            "inherit",
            "interruptible",
            "manual_confirmation",
            "needs",
            "only",
            "parallel",
            "resource_group",
            "retry",
            "rules",
            "script",
            "services",
            "stage",
            "start_in",
            "tags",
            "timeout",
            "variables",
            "when");

    /** Job keywords that are accepted with a warning, unless the caller has the capability. */
    static final List<String> NOT_EVALUATED =
            List.of("release", "secrets", "id_tokens", "identity", "pages", "publish", "dast_configuration", "inputs");

    /** All keywords of a job with a script. */
    static final Set<String> JOB = union(EVALUATED, NOT_EVALUATED, List.of("run"));

    /** All keywords of a job that starts or mirrors another pipeline. */
    static final Set<String> TRIGGER = Set.of(
            "trigger",
            "extends",
            "stage",
            "only",
            "except",
            "rules",
            "variables",
            "inherit",
            "allow_failure",
            "when",
            "needs",
            "resource_group",
            "parallel",
            "environment",
            "interruptible");

    static final List<String> RULE = List.of(
            "if", "changes", "exists", "when", "start_in", "allow_failure", "variables", "needs", "interruptible");

    static final List<String> WORKFLOW = List.of("rules", "name", "auto_cancel");

    static final List<String> WORKFLOW_RULE = List.of(
            "if", "changes", "exists", "when", "variables", "auto_cancel", "start_in", "allow_failure", "needs");

    /** What {@code workflow:rules} may say without any effect. */
    static final List<String> OF_JOBS_ONLY = List.of("start_in", "allow_failure", "needs");

    /** Reports that something reads; the others are kept as artifacts. */
    static final List<String> REPORTS_READ = List.of("junit", "dotenv");

    static final List<String> REPORTS = List.of(
            "accessibility",
            "annotations",
            "api_fuzzing",
            "browser_performance",
            "codequality",
            "container_scanning",
            "coverage_fuzzing",
            "coverage_report",
            "cyclonedx",
            "dast",
            "dependency_scanning",
            "dotenv",
            "junit",
            "license_management",
            "license_scanning",
            "load_performance",
            "lsif",
            "metrics",
            "performance",
            "repository_xray",
            "requirements",
            "requirements_v2",
            "sarif",
            "sast",
            "secret_detection",
            "terraform");

    /** Failure reasons that {@code retry:when} may name. */
    static final List<String> RETRY_WHEN = List.of(
            "always",
            "unknown_failure",
            "script_failure",
            "api_failure",
            "stuck_or_timeout_failure",
            "runner_system_failure",
            "runner_unsupported",
            "stale_schedule",
            "job_execution_timeout",
            "archived_failure",
            "unmet_prerequisites",
            "scheduler_failure",
            "data_integrity_failure",
            "stuck_pending_with_matching_runners",
            "stuck_pending_no_matching_runners",
            "no_updates_running",
            "no_updates_canceling",
            "runner_configuration_error",
            "runner_external_dependency_failure",
            "runner_interrupted",
            "server_timeout_running",
            "server_timeout_canceling");

    private Keywords() {}

    @SafeVarargs
    private static Set<String> union(List<String>... parts) {
        Set<String> all = new LinkedHashSet<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
