package dev.tandem.server.insight.web;

import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.insight.dora.Failure;
import dev.tandem.server.insight.dora.FiveKeys;
import dev.tandem.server.platform.web.ProjectNav;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code insight/dora.jte} and {@code insight/all-dora.jte} show.
 *
 * @param project null for all projects together
 * @param days length of the window
 * @param earlier the five keys of the window before this one
 * @param trend the window in pieces, oldest first
 * @param rows what was deployed in the window, newest first
 * @param paths full paths of projects by id
 * @param services the figures of each project that deployed, by path; empty on a project's page
 */
public record DoraPage(
        @Nullable ProjectNav project,
        int days,
        FiveKeys keys,
        FiveKeys earlier,
        List<FiveKeys> trend,
        int pieceDays,
        List<Row> rows,
        boolean cut,
        Map<Long, String> paths,
        List<Service> services) {
    /** Windows that the page offers. */
    public static final List<Integer> CHOICES = List.of(7, 30, 90, 365);

    public DoraPage {
        trend = List.copyOf(trend);
        rows = List.copyOf(rows);
        paths = Map.copyOf(paths);
        services = List.copyOf(services);
    }

    /**
     * One deployment and what it counts as.
     *
     * @param failure null when it did not fail
     * @param commits how many commits first reached production by it
     */
    public record Row(
            DeploymentRecord deployment, @Nullable Failure failure, boolean unplanned, boolean stopped, long commits) {
        public String state() {
            if (!deployment.succeeded()) {
                return stopped ? "canceled" : "rolled_back";
            }
            return failure == null ? "deployed" : "warning";
        }
    }

    /** One project's figures. */
    public record Service(ProjectNav project, FiveKeys keys) {}

    public String path(DeploymentRecord deployment) {
        return "/" + paths.getOrDefault(deployment.projectId(), "");
    }

    public String base() {
        return project == null ? "/-/dora" : project.path("/-/dora");
    }
}
