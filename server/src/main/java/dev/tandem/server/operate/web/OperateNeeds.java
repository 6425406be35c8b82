package dev.tandem.server.operate.web;

import dev.tandem.server.code.Need;
import dev.tandem.server.code.Needs;
import dev.tandem.server.code.Project;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.IncidentFilter;
import dev.tandem.server.operate.IncidentTexts;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.platform.web.Text;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Open incidents that somebody looks after, and those that nobody does. */
@Component
final class OperateNeeds implements Needs {
    private static final int MOST = 200;

    private final Incidents incidents;

    OperateNeeds(Incidents incidents) {
        this.incidents = incidents;
    }

    @Override
    public List<Need> of(Actor.Person viewer, List<Project> mine) {
        Map<Long, Project> byId = mine.stream().collect(Collectors.toMap(Project::id, Function.identity()));
        return incidents.list(byId.keySet(), IncidentFilter.OPEN, 0, MOST).stream()
                .filter(incident ->
                        incident.assignee() == null || viewer.user().id().equals(incident.assignee()))
                .map(incident -> need(Objects.requireNonNull(byId.get(incident.projectId())), incident))
                .toList();
    }

    private static Need need(Project project, Incident incident) {
        boolean nobody = incident.assignee() == null;
        return new Need(
                Need.Urgency.BURNING,
                incident.recovered() ? "warning" : "failed",
                Text.of(
                        nobody ? "operate.need.nobody" : "operate.need.mine",
                        "#" + incident.iid(),
                        IncidentTexts.title(incident)),
                Text.plain(project.fullPath()),
                Text.of(nobody ? "operate.need.nobody.act" : "operate.need.mine.act"),
                "/" + project.fullPath() + "/-/incidents/" + incident.iid(),
                incident.openedAt());
    }
}
