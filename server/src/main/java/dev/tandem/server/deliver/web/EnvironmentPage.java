package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.platform.web.ProjectNav;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code deliver/environment.jte} shows.
 *
 * @param rollbackTo what a rollback would bring back; null when there is nothing, or the viewer may not
 * @param heldBy who rolled back; null when nothing is held
 * @param ownService what the project's own service is called
 * @param mayAssign whether the viewer may say which service it runs
 * @param mayConfigure whether the viewer may see and change its variables
 * @param mayStop whether the viewer may stop it, and it can be stopped
 * @param autoStopAt when it stops by itself; null for never
 * @param previous address of the page with newer deployments; null when this is the first
 * @param next address of the page with older ones; null when this is the last
 */
public record EnvironmentPage(
        ProjectNav project,
        EnvironmentState state,
        @Nullable Deployment rollbackTo,
        @Nullable String heldBy,
        String ownService,
        boolean mayAssign,
        boolean mayConfigure,
        boolean mayStop,
        @Nullable Instant autoStopAt,
        List<Row> deployments,
        @Nullable String previous,
        @Nullable String next) {
    public EnvironmentPage {
        deployments = List.copyOf(deployments);
    }

    /** @param current whether its revision gets the requests */
    public record Row(Deployment deployment, String by, boolean current) {}

    public String path() {
        return project.path("/-/environments/" + state.environment().id());
    }
}
