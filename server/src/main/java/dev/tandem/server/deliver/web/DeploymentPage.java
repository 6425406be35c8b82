package dev.tandem.server.deliver.web;

import dev.tandem.server.code.Commit;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.ReleaseBundle;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.TimelineModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code deliver/deployment.jte} shows.
 *
 * @param rollout null when its job brought the commit there without a rollout
 * @param bundle null without a rollout
 * @param commit null when it is gone
 * @param jobName null when no job stands behind it
 * @param rollbackTo what a rollback would bring back; null when there is nothing, this does not serve, or the viewer may not
 * @param view its rollout as people see it; null without one
 * @param charts of old and new revision; empty where nothing is known
 */
public record DeploymentPage(
        ProjectNav project,
        Deployment deployment,
        EnvironmentState environment,
        @Nullable StoredRollout rollout,
        @Nullable ReleaseBundle bundle,
        @Nullable Commit commit,
        @Nullable String jobName,
        String by,
        @Nullable Deployment rollbackTo,
        @Nullable RolloutView view,
        List<Chart> charts,
        TimelineModel timeline) {
    public DeploymentPage {
        charts = List.copyOf(charts);
    }

    /** Whether its revision gets requests now. */
    public boolean serves() {
        return environment.current() != null && environment.current().id() == deployment.id();
    }

    /** Why it did not succeed, as a sentence; null when nothing is known. */
    public @Nullable Text why() {
        return DeploymentStory.reason(deployment);
    }

    /** The last lines of the service that failed, as one text; empty when there are none. */
    public String logTail() {
        return rollout == null ? "" : String.join("\n", rollout.logTail());
    }
}
