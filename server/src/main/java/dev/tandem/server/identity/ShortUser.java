package dev.tandem.server.identity;

import dev.tandem.server.platform.ServerUrls;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** A user inside other things of the API: the author of a pipeline, of a commit, of a deployment. */
@JsonNaming(SnakeCaseStrategy.class)
public record ShortUser(
        long id,
        String username,
        String name,
        String state,
        boolean locked,
        @Nullable String avatarUrl,
        String webUrl) {

    public static ShortUser of(User user, ServerUrls urls) {
        return new ShortUser(
                user.id().value(),
                user.username(),
                user.name(),
                user.state().word(),
                false,
                null,
                urls.external() + "/" + user.username());
    }
}
