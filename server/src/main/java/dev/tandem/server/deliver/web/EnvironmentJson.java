package dev.tandem.server.deliver.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** An environment in the shape of GitLab's API. */
@JsonNaming(SnakeCaseStrategy.class)
record EnvironmentJson(
        long id,
        String name,
        String slug,
        @Nullable String description,
        @Nullable String externalUrl,
        String state,
        String tier,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant autoStopAt,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable DeploymentJson lastDeployment) {}
