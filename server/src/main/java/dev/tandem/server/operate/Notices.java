package dev.tandem.server.operate;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFinished;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.RolloutNeedsPerson;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.ServerUrls;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Puts what happened into words, in English, and tells it. Each event may come again. */
@Component
final class Notices {
    private final Notifications notifications;
    private final Incidents incidents;
    private final Deployments deployments;
    private final ProjectDirectory projects;
    private final Users users;
    private final ServerUrls urls;

    Notices(
            Notifications notifications,
            Incidents incidents,
            Deployments deployments,
            ProjectDirectory projects,
            Users users,
            ServerUrls urls) {
        this.notifications = notifications;
        this.incidents = incidents;
        this.deployments = deployments;
        this.projects = projects;
        this.users = users;
        this.urls = urls;
    }

    void opened(IncidentOpened event) {
        List<String> lines = new ArrayList<>();
        incidents.suspects(event.incidentId()).stream()
                .findFirst()
                .ifPresent(suspect -> deployments
                        .find(suspect.deploymentId())
                        .ifPresent(deployment -> lines.add(
                                "First suspect: " + deployment.shortSha() + ". " + IncidentWords.sentence(suspect))));
        incident(Notice.Event.INCIDENT_OPENED, event.projectId(), event.iid(), "Incident", lines, event.at());
    }

    void acknowledged(IncidentAcknowledged event) {
        String who = users.find(new UserId(event.userId())).map(User::name).orElse("Somebody");
        incident(
                Notice.Event.INCIDENT_ACKNOWLEDGED,
                event.projectId(),
                event.iid(),
                "Taken up by " + who,
                List.of(),
                event.at());
    }

    void resolved(IncidentResolved event) {
        incident(Notice.Event.INCIDENT_RESOLVED, event.projectId(), event.iid(), "Resolved", List.of(), event.at());
    }

    private void incident(Notice.Event event, long projectId, long iid, String what, List<String> lines, Instant at) {
        Optional<Incident> found = incidents.find(projectId, iid);
        found.ifPresent(incident -> tell(
                projectId,
                event,
                "incident-" + incident.id() + "-" + event.wire(),
                what + ": " + IncidentWords.title(incident) + " (#" + iid + ")",
                lines,
                "/-/incidents/" + iid,
                at,
                facts(incident)));
    }

    private static Map<String, String> facts(Incident incident) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("incident_iid", Long.toString(incident.iid()));
        facts.put("incident_status", incident.status().wire());
        facts.put("incident_origin", incident.origin().wire());
        if (incident.environment() != null) {
            facts.put("environment", incident.environment());
        }
        if (incident.deploymentId() != null) {
            facts.put("deployment_id", Long.toString(incident.deploymentId()));
        }
        return facts;
    }

    void needsPerson(RolloutNeedsPerson event) {
        tell(
                event.projectId(),
                Notice.Event.ROLLOUT_NEEDS_PERSON,
                "rollout-" + event.rolloutId() + "-needs-person-" + event.code(),
                "The rollout to " + event.environment() + " needs somebody",
                List.of("Traffic stays where it is until somebody promotes or aborts it."),
                "/-/deployments/" + event.deploymentId(),
                event.at(),
                Map.of(
                        "environment", event.environment(),
                        "deployment_id", Long.toString(event.deploymentId()),
                        "reason", event.code()));
    }

    /** A rollback that somebody asked for, or a rollout that was taken back by itself. */
    void finished(DeploymentFinished event) {
        boolean rollback = event.kind() == Deployment.Kind.ROLLBACK && event.status() == DeploymentStatus.SUCCESS;
        boolean takenBack = event.kind() != Deployment.Kind.ROLLBACK
                && event.status() == DeploymentStatus.FAILED
                && event.rolloutId() != null
                && event.previousDeploymentId() != null;
        if (!rollback && !takenBack) {
            return;
        }
        String sha = event.sha().substring(0, Math.min(8, event.sha().length()));
        tell(
                event.projectId(),
                Notice.Event.ROLLED_BACK,
                "deployment-" + event.deploymentId() + "-rolled-back",
                rollback
                        ? event.environment() + " was rolled back to " + sha
                        : "The rollout of " + sha + " to " + event.environment() + " was taken back",
                event.reason() == null ? List.of() : List.of(event.reason()),
                "/-/deployments/" + event.deploymentId(),
                event.at(),
                Map.of(
                        "environment", event.environment(),
                        "deployment_id", Long.toString(event.deploymentId()),
                        "sha", event.sha()));
    }

    private void tell(
            long projectId,
            Notice.Event event,
            String key,
            String title,
            List<String> lines,
            String path,
            Instant at,
            Map<String, String> facts) {
        projects.find(Long.toString(projectId))
                .ifPresent(project -> notifications.tell(
                        projectId,
                        new Notice(event, key, project.fullPath(), title, lines, url(project, path), at, facts)));
    }

    private String url(ProjectFacts project, String path) {
        return urls.external() + "/" + project.fullPath() + path;
    }
}
