package dev.tandem.server.operate;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFinished;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.deliver.RolloutNeedsPerson;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.Translator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Puts what happened into words, in the language of this server's notices, and tells it. Each event may come again. */
@Component
final class Notices {
    /** The rollout is over: nobody can promote or abort it. */
    private static final Set<String> OVER =
            Set.of("old_fails_too", "old_gone_too", "old_unconfirmed", "rollback_failed");

    private final Notifications notifications;
    private final Incidents incidents;
    private final Deployments deployments;
    private final ProjectDirectory projects;
    private final Users users;
    private final ServerUrls urls;
    private final Translator language;

    Notices(
            Notifications notifications,
            Incidents incidents,
            Deployments deployments,
            ProjectDirectory projects,
            Users users,
            ServerUrls urls,
            Translator language) {
        this.notifications = notifications;
        this.incidents = incidents;
        this.deployments = deployments;
        this.projects = projects;
        this.users = users;
        this.urls = urls;
        this.language = language;
    }

    void opened(IncidentOpened event) {
        List<Text> lines = new ArrayList<>();
        incidents.suspects(event.incidentId()).stream()
                .findFirst()
                .ifPresent(suspect -> deployments
                        .find(suspect.deploymentId())
                        .ifPresent(deployment -> lines.add(Text.of(
                                "operate.notice.suspect", deployment.shortSha(), IncidentTexts.sentence(suspect)))));
        incident(Notice.Event.INCIDENT_OPENED, event.projectId(), event.iid(), Text.plain(""), lines, event.at());
    }

    void acknowledged(IncidentAcknowledged event) {
        Text who = users.find(new UserId(event.userId()))
                .map(User::name)
                .map(Text::plain)
                .orElse(Text.of("operate.notice.somebody"));
        incident(Notice.Event.INCIDENT_ACKNOWLEDGED, event.projectId(), event.iid(), who, List.of(), event.at());
    }

    void resolved(IncidentResolved event) {
        incident(Notice.Event.INCIDENT_RESOLVED, event.projectId(), event.iid(), Text.plain(""), List.of(), event.at());
    }

    private void incident(Notice.Event event, long projectId, long iid, Text who, List<Text> lines, Instant at) {
        Optional<Incident> found = incidents.find(projectId, iid);
        found.ifPresent(incident -> tell(
                projectId,
                event,
                "incident-" + incident.id() + "-" + event.wire(),
                Text.of("operate.notice." + event.wire(), IncidentTexts.title(incident), iid, who),
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
                Text.of("operate.notice.rollout_needs_person", event.environment()),
                needs(event),
                "/-/deployments/" + event.deploymentId(),
                event.at(),
                Map.of(
                        "environment", event.environment(),
                        "deployment_id", Long.toString(event.deploymentId()),
                        "reason", event.code()));
    }

    private static List<Text> needs(RolloutNeedsPerson event) {
        List<Text> lines = new ArrayList<>();
        lines.add(ReasonTexts.of(event.code(), event.arguments()));
        if (!OVER.contains(event.code())) {
            lines.add(Text.of("operate.notice.stays"));
        }
        return lines;
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
                Text.of(
                        rollback ? "operate.notice.rolled_back" : "operate.notice.taken_back",
                        event.environment(),
                        sha),
                reason(event),
                "/-/deployments/" + event.deploymentId(),
                event.at(),
                Map.of(
                        "environment", event.environment(),
                        "deployment_id", Long.toString(event.deploymentId()),
                        "sha", event.sha()));
    }

    private static List<Text> reason(DeploymentFinished event) {
        if (event.reason() == null) {
            return List.of();
        }
        return List.of(
                event.reasonCode() == null
                        ? Text.plain(event.reason())
                        : ReasonTexts.of(event.reasonCode(), event.reasonArguments()));
    }

    private void tell(
            long projectId,
            Notice.Event event,
            String key,
            Text title,
            List<Text> lines,
            String path,
            Instant at,
            Map<String, String> facts) {
        projects.find(Long.toString(projectId))
                .ifPresent(project -> notifications.tell(
                        projectId,
                        new Notice(
                                event,
                                key,
                                project.fullPath(),
                                language.text(title),
                                lines.stream().map(language::text).toList(),
                                url(project, path),
                                at,
                                facts)));
    }

    private String url(ProjectFacts project, String path) {
        return urls.external() + "/" + project.fullPath() + path;
    }
}
