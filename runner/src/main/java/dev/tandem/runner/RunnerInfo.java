package dev.tandem.runner;

import java.util.Map;
import java.util.TreeMap;

/** What this runner tells of itself with each call; only what it really does. */
final class RunnerInfo {
    static final String NAME = "tandem-runner";
    static final String VERSION = "0.1.0";
    static final String USER_AGENT =
            NAME + " " + VERSION + " (java " + Runtime.version().feature() + "; linux/" + architecture() + ")";

    private static final String[] FEATURES = {
        "variables",
        "raw_variables",
        "masking",
        "refspecs",
        "artifacts",
        "artifacts_exclude",
        "upload_multiple_artifacts",
        "upload_raw_artifacts",
        "cache",
        "fallback_cache_keys",
        "shared",
        "multi_build_steps",
        "return_exit_code",
        "trace_reset",
        "trace_checksum",
        "trace_size",
        "cancelable",
        "cancel_gracefully",
        "two_phase_job_commit"
    };

    private static final Map<String, Object> FULL = make();

    private RunnerInfo() {}

    static Map<String, Object> full() {
        return FULL;
    }

    static String architecture() {
        var name = System.getProperty("os.arch", "");
        return name.equals("x86_64") ? "amd64" : name;
    }

    private static Map<String, Object> make() {
        var features = new TreeMap<String, Boolean>();
        for (var feature : FEATURES) {
            features.put(feature, true);
        }
        return Map.of(
                "name",
                NAME,
                "version",
                VERSION,
                "revision",
                "HEAD",
                "platform",
                "linux",
                "architecture",
                architecture(),
                "executor",
                "shell",
                "shell",
                "bash",
                "features",
                features,
                "config",
                Map.of("gpus", ""));
    }
}
