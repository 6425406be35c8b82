package dev.tandem.server.operate.web;

import dev.tandem.server.operate.Incident;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import java.util.List;

/** What {@code operate/incidents.jte} shows. */
public record IncidentsPage(ProjectNav project, List<Row> rows) {
    public IncidentsPage {
        rows = List.copyOf(rows);
    }

    public record Row(Incident incident, Text title) {}
}
