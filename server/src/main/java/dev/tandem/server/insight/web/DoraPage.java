package dev.tandem.server.insight.web;

import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.insight.dora.Failure;
import dev.tandem.server.insight.dora.FiveKeys;
import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.ProjectNav;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code insight/dora.jte} and {@code insight/all-dora.jte} show.
 *
 * @param project null for all projects together
 * @param service null for all of them
 * @param days length of the window
 * @param earlier the five keys of the window before this one
 * @param charts one for each key, in their order
 * @param show which records are listed
 * @param rows what was deployed in the window, newest first
 * @param paths full paths of projects by id
 * @param services the figures of each service that deployed; on a project's page only if there are several
 */
public record DoraPage(
        @Nullable ProjectNav project,
        @Nullable String service,
        int days,
        FiveKeys keys,
        FiveKeys earlier,
        List<Chart> charts,
        Show show,
        List<Row> rows,
        boolean cut,
        Map<Long, String> paths,
        List<Service> services) {
    /** Windows that the page offers. */
    public static final List<Integer> CHOICES = List.of(7, 30, 90, 365);

    public DoraPage {
        charts = List.copyOf(charts);
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

    /** The figures of one service. */
    public record Service(String name, String href, FiveKeys keys) {}

    /** Which of the deployments are listed: all, or those that one key counts. */
    public enum Show {
        ALL,
        LEAD,
        FREQUENCY,
        RECOVERY,
        FAIL,
        REWORK;

        /** As in the address. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Show of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.word().equals(word))
                    .findFirst()
                    .orElse(ALL);
        }

        boolean counts(Row row) {
            return switch (this) {
                case ALL -> true;
                case LEAD -> row.commits() > 0;
                case FREQUENCY ->
                    row.deployment().isChange() && row.deployment().succeeded();
                case RECOVERY, FAIL -> row.failure() != null;
                case REWORK -> row.unplanned();
            };
        }
    }

    public String path(DeploymentRecord deployment) {
        return "/" + paths.getOrDefault(deployment.projectId(), "");
    }

    /** The same page with only the records that one key counts. */
    public String only(Show records) {
        return over(days) + (records == Show.ALL ? "" : "&show=" + records.word()) + "#records";
    }

    /** The same page over another window. */
    public String over(int window) {
        return address(base(), window, service);
    }

    static String address(String base, int days, @Nullable String service) {
        return base + "?window=" + days + "d"
                + (service == null ? "" : "&service=" + URLEncoder.encode(service, StandardCharsets.UTF_8));
    }

    public String base() {
        return project == null ? "/-/dora" : project.path("/-/dora");
    }
}
