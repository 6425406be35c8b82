package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.platform.web.ProjectNav;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code deliver/environments.jte} shows. */
public record EnvironmentsPage(ProjectNav project, List<Row> rows) {
    public EnvironmentsPage {
        rows = List.copyOf(rows);
    }

    /** @param by who brought what serves; null when nothing does */
    public record Row(EnvironmentState state, @Nullable String by) {}
}
