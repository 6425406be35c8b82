package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.deliver.RolloutStep;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.api.ApiException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** From rollouts to the shapes of our API. */
@Component
class RolloutShapes {
    private final Rollouts rollouts;
    private final Environments environments;
    private final ServerUrls urls;

    RolloutShapes(Rollouts rollouts, Environments environments, ServerUrls urls) {
        this.rollouts = rollouts;
        this.environments = environments;
        this.urls = urls;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record RolloutJson(
            long id,
            long deploymentId,
            String environment,
            String strategy,
            String phase,
            int percent,
            boolean over,
            @Nullable String paused,
            boolean held,
            boolean personNeeded,
            boolean attached,
            @Nullable Long configurationVersion,
            @Nullable String reason,
            @Nullable String reasonCode,
            List<String> reasonArguments,
            List<String> logTail,
            Object options,
            @Nullable Object verdict,
            List<StepJson> steps,
            String webUrl,
            @Nullable String url,
            Instant createdAt,
            @Nullable Instant finishedAt) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record StepJson(
            int number,
            int percent,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String outcome,

            @com.fasterxml.jackson.annotation.JsonRawValue @Nullable
            String verdict) {
        static StepJson of(RolloutStep step) {
            return new StepJson(
                    step.number(), step.percent(), step.startedAt(), step.endedAt(), step.outcome(), step.verdict());
        }
    }

    RolloutJson rollout(ProjectFacts project, StoredRollout stored, boolean attached) {
        Environment environment =
                environments.find(stored.environmentId()).orElseThrow(() -> ApiException.notFound("Environment"));
        EnvironmentState state = environments.state(environment);
        return new RolloutJson(
                stored.id(),
                stored.deploymentId(),
                environment.name(),
                stored.rollout().strategy().wire(),
                stored.rollout().phase().wire(),
                stored.rollout().share(),
                stored.rollout().phase().isTerminal(),
                stored.rollout().watch().paused(),
                stored.rollout().watch().heldAt() != null,
                stored.rollout().watch().personTold(),
                attached,
                stored.configurationVersion(),
                stored.reason(),
                stored.reasonCode(),
                ReasonTexts.plain(stored.reasonArguments()),
                stored.logTail(),
                RolloutWishes.json(stored.options()),
                rollouts.verdict(stored.id()),
                rollouts.steps(stored.id()).stream().map(StepJson::of).toList(),
                Addresses.web(urls, project.fullPath(), "/-/deployments/" + stored.deploymentId()),
                state.url(),
                stored.createdAt(),
                stored.finishedAt());
    }
}
