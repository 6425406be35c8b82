package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.deliver.RolloutStep;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.deliver.rollout.Rollout;
import dev.tandem.server.deliver.rollout.RolloutPhase;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.deliver.rollout.Watch;
import dev.tandem.server.deliver.web.RolloutView.Act;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Gathers what the page of a rollout shows. */
@Component
final class RolloutViews {
    private static final TypeReference<Map<String, Object>> FACTS = new TypeReference<>() {};

    private final Rollouts rollouts;
    private final Deployments deployments;
    private final JsonMapper json;

    RolloutViews(Rollouts rollouts, Deployments deployments, JsonMapper json) {
        this.rollouts = rollouts;
        this.deployments = deployments;
        this.json = json;
    }

    RolloutView of(StoredRollout stored, boolean mayDeploy) {
        Rollout rollout = stored.rollout();
        boolean judged = rollout.strategy() == Strategy.CANARY && rollout.previous() != null;
        List<RolloutView.Step> steps = rollouts.steps(stored.id()).stream()
                .map(step -> RolloutView.Step.of(step, judged, ended(step)))
                .toList();
        VerdictView now = VerdictView.of(rollouts.verdict(stored.id()), rollout.share());
        VerdictView last = steps.reversed().stream()
                .map(RolloutView.Step::verdict)
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(null);
        return new RolloutView(
                stored,
                rollout.previous() == null
                        ? null
                        : deployments.ofRevision(rollout.previous()).orElse(null),
                steps,
                now == null ? last : now,
                rollout.phase().isActive()
                        ? rollouts.said(stored.id())
                                // In the first moments of a step there are no counts yet, which holds nothing.
                                .filter(told -> rollout.watch().heldAt() != null
                                        || !told.code().startsWith("cannot_measure"))
                                .map(told -> ReasonTexts.of(told.code(), told.arguments()))
                                .orElse(null)
                        : null,
                mayDeploy ? acts(rollout) : Set.of());
    }

    private @Nullable VerdictView ended(RolloutStep step) {
        return step.verdict() == null ? null : VerdictView.of(json.readValue(step.verdict(), FACTS), step.percent());
    }

    private static Set<Act> acts(Rollout rollout) {
        Set<Act> acts = EnumSet.noneOf(Act.class);
        if (rollout.cancelReason() != null) {
            return acts;
        }
        RolloutPhase phase = rollout.phase();
        if (phase == RolloutPhase.SWITCHING || phase == RolloutPhase.SETTLING) {
            acts.add(rollout.watch().paused() == null ? Act.PAUSE : Act.RESUME);
            if (rollout.watch().promoted() == Watch.Promotion.NONE) {
                acts.add(Act.PROMOTE);
            }
            if (rollout.watch().promoted() != Watch.Promotion.FULL
                    && phase == RolloutPhase.SWITCHING
                    && rollout.step() < rollout.steps().size() - 2) {
                acts.add(Act.PROMOTE_FULL);
            }
        }
        switch (phase) {
            case QUEUED, PREPARING, CHECKING, SWITCHING, SETTLING -> acts.add(Act.CANCEL);
            case DRAINING, REVERTING, SUCCESS, FAILED, CANCELED, SUPERSEDED -> {}
        }
        return acts;
    }
}
