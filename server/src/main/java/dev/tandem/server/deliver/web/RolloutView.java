package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.RolloutStep;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.deliver.rollout.Rollout;
import dev.tandem.server.deliver.rollout.RolloutPhase;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.deliver.rollout.Watch;
import dev.tandem.server.platform.web.Text;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rollout under way or over: how requests are shared, the step now, what the judge says, and what a person may do.
 *
 * @param old what served when it began; null when nothing did
 * @param verdict of the step now, or of the one that ended last; null when nothing was judged
 * @param said the verdict now, as a sentence; null when it is over, or nothing was said
 * @param may what the viewer may do now
 */
public record RolloutView(
        StoredRollout stored,
        @Nullable Deployment old,
        List<Step> steps,
        @Nullable VerdictView verdict,
        @Nullable Text said,
        Set<Act> may) {
    public RolloutView {
        steps = List.copyOf(steps);
        may = Set.copyOf(may);
    }

    /** A button. */
    public enum Act {
        PAUSE,
        RESUME,
        PROMOTE,
        PROMOTE_FULL,
        CANCEL
    }

    /** A traffic step that began. */
    public record Step(
            RolloutStep step,
            String state,
            String outcome,
            @Nullable VerdictView verdict) {
        static Step of(RolloutStep step, boolean judged, @Nullable VerdictView verdict) {
            String outcome = outcome(step.outcome(), judged);
            return new Step(
                    step,
                    switch (outcome) {
                        case "running" -> "running";
                        case "not_enough", "not_judged", "let_on" -> "warning";
                        case "worse", "taken_back" -> "rolled_back";
                        case "ended" -> "canceled";
                        default -> "success";
                    },
                    outcome,
                    verdict);
        }

        /** The part of a message key for how a step ended. */
        private static String outcome(@Nullable String code, boolean judged) {
            if (code == null) {
                return "running";
            }
            return switch (code) {
                case "next_no_harm" -> "no_harm";
                case "next_not_enough" -> "not_enough";
                case "next_not_judged" -> "not_judged";
                case "traffic" -> judged ? "let_on" : "in_place";
                case "draining", "serves", "done", "done_stopping" -> "kept";
                case "canceled" -> "ended";
                default -> code.startsWith("worse_") ? "worse" : "taken_back";
            };
        }
    }

    private Rollout rollout() {
        return stored.rollout();
    }

    private Watch watch() {
        return rollout().watch();
    }

    /** Whether requests are being shared between two revisions now. */
    public boolean shifting() {
        return rollout().phase().isActive() && rollout().previous() != null;
    }

    public int share() {
        return rollout().share();
    }

    /** The percentages before the last. */
    public List<Integer> marks() {
        return rollout().steps().stream().filter(percent -> percent < 100).toList();
    }

    /** From 1. */
    public int number() {
        return rollout().phase() == RolloutPhase.SETTLING
                ? rollout().steps().size()
                : rollout().step() + 1;
    }

    public int of() {
        return rollout().steps().size();
    }

    /** Whether its traffic step is under way. */
    public boolean stepping() {
        return rollout().phase() == RolloutPhase.SWITCHING || rollout().phase() == RolloutPhase.SETTLING;
    }

    /** Percent of the step after this one. */
    public int next() {
        return rollout().steps().get(Math.min(rollout().step() + 1, of() - 1));
    }

    public boolean settling() {
        return rollout().phase() == RolloutPhase.SETTLING;
    }

    /** Who holds it at its step; null when nobody does. */
    public @Nullable String pausedBy() {
        return Objects.equals(watch().paused(), Watch.INCONCLUSIVE) ? null : watch().paused();
    }

    /** Whether it stands because there was too little traffic to judge. */
    public boolean inconclusive() {
        return Watch.INCONCLUSIVE.equals(watch().paused());
    }

    public boolean standing() {
        return watch().paused() != null || watch().heldAt() != null;
    }

    /** Since when nothing can be measured; null while it can. */
    public @Nullable Instant heldAt() {
        return watch().heldAt();
    }

    public boolean personTold() {
        return watch().personTold();
    }

    /** When the step may end at the earliest; null when no time says. */
    public @Nullable Instant earliest() {
        if (standing() || rollout().phase() != RolloutPhase.SWITCHING) {
            return null;
        }
        return rollout().since().plus(rollout().policy().stepPause());
    }

    /** When the step ends at the latest if nothing else ends it; null when no time says. */
    public @Nullable Instant latest() {
        if (standing()) {
            return null;
        }
        return switch (rollout().phase()) {
            case PREPARING, CHECKING ->
                rollout().since().plus(rollout().policy().progressDeadline());
            case SETTLING -> rollout().since().plus(rollout().policy().bake());
            case SWITCHING ->
                rollout().strategy() == Strategy.CANARY && rollout().step() < of() - 1
                        ? rollout().since().plus(rollout().policy().bake())
                        : null;
            default -> null;
        };
    }

    public String oldLabel() {
        return old == null ? "" : old.shortSha();
    }

    /** Whether a step went on although too little was known; told plainly even when all went well. */
    public boolean wentOnBlind() {
        return steps.stream()
                .anyMatch(step ->
                        step.outcome().equals("not_enough") || step.outcome().equals("not_judged"));
    }
}
