package dev.tandem.server.deliver.judge;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout's judge may do. Fixed before the rollout begins.
 *
 * @param alpha at most this share of harmless rollouts is ever called worse (0 to 1, exclusive)
 * @param tolerance how many times as often as the old revision the new one may be bad and still count as harmless; from 1
 * @param maxErrorRatio of the new revision's requests that may fail (0 to 1, exclusive)
 * @param maxP95Millis 95 of 100 requests must be answered within; null for no limit
 * @param minimumStep no traffic step ends earlier for lack of harm
 */
public record JudgePolicy(
        double alpha,
        double tolerance,
        double maxErrorRatio,
        @Nullable Integer maxP95Millis,
        Duration minimumStep) {
    public static final JudgePolicy DEFAULT = new JudgePolicy(0.01, 1.25, 0.01, null, Duration.ofSeconds(30));

    /** @throws IllegalArgumentException when a number is out of its bounds; the message says which */
    public JudgePolicy {
        require(alpha > 0 && alpha < 1, "alpha must be between 0 and 1");
        require(tolerance >= 1 && tolerance <= 100, "tolerance must be 1 to 100");
        require(maxErrorRatio > 0 && maxErrorRatio < 1, "the error ratio must be between 0 and 1");
        require(
                maxP95Millis == null || (maxP95Millis >= 1 && maxP95Millis <= 30_000),
                "the 95th percentile must be 1 to 30000 ms");
        require(!minimumStep.isNegative(), "the shortest time of a step must not be negative");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
