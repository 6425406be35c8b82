package dev.tandem.server.operate.web;

import dev.tandem.server.identity.ShortUser;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** An incident on the wire. Sentences are English; codes and arguments stand beside them. */
@JsonNaming(SnakeCaseStrategy.class)
record IncidentJson(
        long id,
        long iid,
        long projectId,
        String title,
        String status,
        String origin,
        @Nullable String environment,
        boolean recovered,
        @Nullable Long deploymentId,
        @Nullable Long resolvedByDeploymentId,
        @Nullable ShortUser author,
        @Nullable ShortUser assignee,
        @Nullable ShortUser acknowledgedBy,
        @Nullable ShortUser resolvedBy,
        @Nullable String externalId,
        @Nullable String externalUrl,
        Instant openedAt,
        @Nullable Instant impactStartedAt,
        @Nullable Instant recoveredAt,
        @Nullable Long recoverySeconds,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant resolvedAt,
        @Nullable UsersSawJson usersSaw,
        List<SuspectJson> suspects,
        List<FailureJson> failures,
        List<EventJson> timeline,
        String webUrl) {

    @JsonNaming(SnakeCaseStrategy.class)
    record UsersSawJson(
            Instant from,
            Instant to,
            long requests,
            long failed,
            @Nullable Integer slowMs,
            long slow) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record SuspectJson(
            int rank,
            long deploymentId,
            String project,
            String environment,
            String sha,
            String status,
            String reason,
            List<String> arguments,
            String sentence,
            String webUrl) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record FailureJson(
            long deploymentId,
            String origin,
            Instant failedAt,
            @Nullable Instant reachedUsersAt,
            @Nullable Instant restoredAt,
            @Nullable Long restoredByDeploymentId,
            @Nullable Double recoverySeconds) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record EventJson(
            long id,
            String kind,
            @Nullable ShortUser user,
            @Nullable Long deploymentId,
            @Nullable String text,
            List<String> arguments,
            Instant at) {}
}
