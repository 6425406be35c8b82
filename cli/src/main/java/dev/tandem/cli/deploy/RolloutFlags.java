package dev.tandem.cli.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a rollout is to go; the server checks what is said here. */
final class RolloutFlags {
    @Option(
            names = "--strategy",
            paramLabel = "rolling|blue-green|canary",
            description =
                    "How requests move to the new revision: in steps, all at once, or in steps that the judge lets"
                            + " through. Default: rolling.")
    private @Nullable String strategy;

    @Option(names = "--steps", paramLabel = "10,50", description = "Percent of requests, step by step; 100 follows.")
    private @Nullable String steps;

    @Option(
            names = "--bake",
            paramLabel = "TIME",
            description =
                    "How long a step of a canary gathers evidence at most, and how long the old revision stands by at"
                            + " the end. Default: 2m for a canary, else 3s.")
    private @Nullable String bake;

    @Option(
            names = "--min-step",
            paramLabel = "TIME",
            description = "How long each step lasts at least. Default: 30s for a canary, else 1s.")
    private @Nullable String minStep;

    @Option(
            names = "--max-error-ratio",
            paramLabel = "RATIO",
            description = "How many of its requests the new revision may fail. Default: 0.01.")
    private @Nullable String maxErrorRatio;

    @Option(
            names = "--max-p95",
            paramLabel = "MS",
            description = "Milliseconds within which 95 of 100 requests must be answered. Default: no limit.")
    private @Nullable String maxP95;

    @Option(
            names = "--alpha",
            paramLabel = "RATIO",
            description = "At most this share of harmless rollouts is ever taken back. Default: 0.01.")
    private @Nullable String alpha;

    @Option(
            names = "--tolerance",
            paramLabel = "RATIO",
            description = "How many times as often as the old revision the new one may be bad. Default: 1.25.")
    private @Nullable String tolerance;

    @Option(
            names = "--on-inconclusive",
            paramLabel = "continue|pause",
            description = "What a canary does without enough traffic to judge. Default: continue.")
    private @Nullable String onInconclusive;

    @Option(
            names = "--progress-deadline",
            paramLabel = "SECONDS",
            description = "How long the new revision may take until it is healthy. Default: 120.")
    private @Nullable String progressDeadline;

    @Option(names = "--override", description = "A person says so: go on although the environment was rolled back.")
    private boolean override;

    @Option(
            names = "--probe",
            paramLabel = "PATH",
            description =
                    "A harmless path that is asked of both revisions once a second while a canary shares requests, beside"
                            + " those of the health checks. Can be given again.")
    private List<String> probes = new ArrayList<>();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "Resident memory that all processes of the new revision together may use, such as 256M."
                    + " Default: what the server's settings say.")
    private @Nullable String memory;

    void into(Map<String, Object> parameters) {
        put(parameters, "strategy", strategy);
        put(parameters, "steps", steps);
        put(parameters, "bake", bake);
        put(parameters, "min_step", minStep);
        put(parameters, "max_error_ratio", maxErrorRatio);
        put(parameters, "max_p95_ms", maxP95);
        put(parameters, "alpha", alpha);
        put(parameters, "tolerance", tolerance);
        put(parameters, "on_inconclusive", onInconclusive);
        put(parameters, "progress_deadline_seconds", progressDeadline);
        parameters.put("override", override);
        put(parameters, "memory", memory);
        if (!probes.isEmpty()) {
            parameters.put("probes", probes);
        }
    }

    private static void put(Map<String, Object> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }
}
