package dev.tandem.server.deliver;

import dev.tandem.server.deliver.judge.JudgePolicy;
import dev.tandem.server.deliver.rollout.OnInconclusive;
import dev.tandem.server.deliver.rollout.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a rollout is to go. Null means the default.
 *
 * @param steps percent of new requests before all of them, growing
 * @param bakeMillis how long a canary's step gathers evidence at most, and how long the old revision stands by at the end
 * @param minStepMillis how long each step lasts at least
 * @param maxErrorRatio of the new revision's requests that may fail
 * @param maxP95Millis 95 of 100 of its requests must be answered within
 * @param alpha how many harmless rollouts the judge may take back
 * @param tolerance how many times as often as the old revision the new one may be bad
 * @param probes paths that are asked of both revisions
 * @param memoryBytes resident memory that all processes of the new revision together may use
 */
public record RolloutOptions(
        Strategy strategy,
        List<Integer> steps,
        @Nullable Long bakeMillis,
        @Nullable Long minStepMillis,
        @Nullable Double maxErrorRatio,
        @Nullable Integer maxP95Millis,
        @Nullable Double alpha,
        @Nullable Double tolerance,
        List<String> probes,
        OnInconclusive onInconclusive,
        @Nullable Long memoryBytes) {
    static final Duration LONGEST_BAKE = Duration.ofHours(24);
    private static final int MOST_STEPS = 20;
    private static final int MOST_PROBES = 5;
    private static final long LEAST_MEMORY = 1024 * 1024;

    /** One without a limit of memory. */
    public RolloutOptions(
            Strategy strategy,
            List<Integer> steps,
            @Nullable Long bakeMillis,
            @Nullable Long minStepMillis,
            @Nullable Double maxErrorRatio,
            @Nullable Integer maxP95Millis,
            @Nullable Double alpha,
            @Nullable Double tolerance,
            List<String> probes,
            OnInconclusive onInconclusive) {
        this(
                strategy,
                steps,
                bakeMillis,
                minStepMillis,
                maxErrorRatio,
                maxP95Millis,
                alpha,
                tolerance,
                probes,
                onInconclusive,
                null);
    }

    /** @throws IllegalArgumentException when something is out of its bounds; the message says what, and how to mend it */
    public RolloutOptions {
        steps = List.copyOf(steps);
        probes = List.copyOf(probes);
        if (!steps.isEmpty() && strategy == Strategy.BLUE_GREEN) {
            throw new IllegalArgumentException("steps do not go with blue-green, which moves all at once.");
        }
        checkSteps(steps);
        checkTime("bake", bakeMillis);
        checkTime("min_step", minStepMillis);
        checkProbes(probes);
        if (memoryBytes != null && memoryBytes < LEAST_MEMORY) {
            throw new IllegalArgumentException("memory must be at least 1M.");
        }
        judge(alpha, tolerance, maxErrorRatio, maxP95Millis, Duration.ZERO);
    }

    public static RolloutOptions of(Strategy strategy) {
        return new RolloutOptions(
                strategy, List.of(), null, null, null, null, null, null, List.of(), OnInconclusive.CONTINUE);
    }

    RolloutOptions withMemory(@Nullable Long bytes) {
        return new RolloutOptions(
                strategy,
                steps,
                bakeMillis,
                minStepMillis,
                maxErrorRatio,
                maxP95Millis,
                alpha,
                tolerance,
                probes,
                onInconclusive,
                bytes);
    }

    /** Percent of new requests, step by step; the last is 100. */
    public List<Integer> shares() {
        if (steps.isEmpty()) {
            return strategy.steps();
        }
        List<Integer> shares = new ArrayList<>(steps);
        shares.add(100);
        return shares;
    }

    /** What the judge may do, with {@code otherwise} as the shortest step where none is given. */
    public JudgePolicy judgePolicy(Duration otherwise) {
        return judge(
                alpha,
                tolerance,
                maxErrorRatio,
                maxP95Millis,
                minStepMillis == null ? otherwise : Duration.ofMillis(minStepMillis));
    }

    private static JudgePolicy judge(
            @Nullable Double alpha,
            @Nullable Double tolerance,
            @Nullable Double maxErrorRatio,
            @Nullable Integer maxP95Millis,
            Duration minimumStep) {
        JudgePolicy usual = JudgePolicy.DEFAULT;
        return new JudgePolicy(
                alpha == null ? usual.alpha() : alpha,
                tolerance == null ? usual.tolerance() : tolerance,
                maxErrorRatio == null ? usual.maxErrorRatio() : maxErrorRatio,
                maxP95Millis,
                minimumStep);
    }

    private static void checkSteps(List<Integer> steps) {
        int before = 0;
        for (int step : steps) {
            if (step <= before || step >= 100) {
                throw new IllegalArgumentException(
                        "steps must be growing percentages from 1 to 99, such as 10,50; 100 follows by itself.");
            }
            before = step;
        }
        if (steps.size() > MOST_STEPS) {
            throw new IllegalArgumentException("steps are at most " + MOST_STEPS + ".");
        }
    }

    private static void checkTime(String name, @Nullable Long millis) {
        if (millis != null && (millis < 0 || millis > LONGEST_BAKE.toMillis())) {
            throw new IllegalArgumentException(name + " must be from 0s to 24h.");
        }
    }

    private static void checkProbes(List<String> probes) {
        if (probes.size() > MOST_PROBES) {
            throw new IllegalArgumentException("at most " + MOST_PROBES + " probes are sent.");
        }
        for (String probe : probes) {
            if (!probe.matches("/[!-~]{0,500}")) {
                throw new IllegalArgumentException("probe \"" + probe + "\" is no path; it begins with / and has no"
                        + " spaces, such as /health.");
            }
        }
    }
}
