package dev.tandem.server.deliver.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tandem.server.identity.User;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** A deployment in the shape of GitLab's API; {@code environment} is left out inside of an environment. */
@JsonNaming(SnakeCaseStrategy.class)
record DeploymentJson(
        long id,
        long iid,
        @Nullable String ref,
        String sha,
        Instant createdAt,
        Instant updatedAt,
        String status,
        @Nullable UserJson user,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable EnvironmentJson environment,

        @Nullable DeployableJson deployable) {

    /** The author, as GitLab shows users inside of other things. */
    @JsonNaming(SnakeCaseStrategy.class)
    record UserJson(
            long id,
            String username,
            String name,
            String state,
            boolean locked,
            @Nullable String avatarUrl,
            String webUrl) {
        static UserJson of(User user, String rootUrl) {
            return new UserJson(
                    user.id().value(),
                    user.username(),
                    user.name(),
                    user.state().word(),
                    false,
                    null,
                    rootUrl + "/" + user.username());
        }
    }
}
