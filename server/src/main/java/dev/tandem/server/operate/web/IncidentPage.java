package dev.tandem.server.operate.web;

import dev.tandem.server.identity.UserId;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.UsersSaw;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.TimelineModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code operate/incident.jte} shows.
 *
 * @param assignee null when nobody looks after it
 * @param undo what rolling back brings back; null when the suspect does not serve, there is nothing, or the viewer may not
 * @param mayHandle whether the viewer may take it up, assign, note and resolve
 * @param members of the project
 * @param saw what users saw; null when they could not notice, or nothing is known
 */
public record IncidentPage(
        ProjectNav project,
        Incident incident,
        Text title,
        @Nullable String assignee,
        List<Row> suspects,
        @Nullable Undo undo,
        boolean mayHandle,
        List<Person> members,
        @Nullable UsersSaw saw,
        TimelineModel timeline) {
    public IncidentPage {
        suspects = List.copyOf(suspects);
    }

    /** @param project full path of its project */
    public record Row(int place, String project, long deployment, String sha, String status, Text reason) {}

    /** Somebody who can look after it. */
    public record Person(UserId id, String username, String name) {}

    /** @param environment id of it */
    public record Undo(long environment, String name, long to, String sha) {}

    public String path() {
        return project.path("/-/incidents/" + incident.iid());
    }
}
