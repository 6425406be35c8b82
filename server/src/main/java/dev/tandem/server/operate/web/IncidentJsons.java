package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.ShortUser;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.operate.Failure;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.IncidentEvent;
import dev.tandem.server.operate.IncidentImpact;
import dev.tandem.server.operate.IncidentWords;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.operate.Suspect;
import dev.tandem.server.operate.UsersSaw;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts incidents into their shape on the wire; suspects of projects that the reader may not see are left out. */
@Component
class IncidentJsons {
    private final Incidents incidents;
    private final IncidentImpact impact;
    private final Deployments deployments;
    private final Environments environments;
    private final ProjectDirectory projects;
    private final Access access;
    private final Users users;
    private final ServerUrls urls;

    IncidentJsons(
            Incidents incidents,
            IncidentImpact impact,
            Deployments deployments,
            Environments environments,
            ProjectDirectory projects,
            Access access,
            Users users,
            ServerUrls urls) {
        this.incidents = incidents;
        this.impact = impact;
        this.deployments = deployments;
        this.environments = environments;
        this.projects = projects;
        this.access = access;
        this.users = users;
        this.urls = urls;
    }

    IncidentJson of(ProjectFacts project, Actor actor, Incident incident) {
        return of(project, actor, incident, null);
    }

    /** With what users saw, which takes time to count. */
    IncidentJson whole(ProjectFacts project, Actor actor, Incident incident) {
        return of(project, actor, incident, impact.of(incident).orElse(null));
    }

    private IncidentJson of(ProjectFacts project, Actor actor, Incident incident, @Nullable UsersSaw saw) {
        return new IncidentJson(
                incident.id(),
                incident.iid(),
                incident.projectId(),
                IncidentWords.title(incident),
                incident.status().wire(),
                incident.origin().wire(),
                incident.environment(),
                incident.recovered(),
                incident.deploymentId(),
                incident.resolvedByDeploymentId(),
                user(incident.creator()),
                user(incident.assignee()),
                user(incident.acknowledgedBy()),
                user(incident.resolvedBy()),
                incident.externalId(),
                incident.externalUrl(),
                incident.openedAt(),
                incident.impactAt(),
                incident.recoveredAt(),
                seconds(incident.impactAt(), incident.recoveredAt()),
                incident.acknowledgedAt(),
                incident.resolvedAt(),
                saw == null
                        ? null
                        : new IncidentJson.UsersSawJson(
                                saw.from(), saw.to(), saw.requests(), saw.failed(), saw.slowMillis(), saw.slow()),
                incidents.suspects(incident.id()).stream()
                        .flatMap(suspect -> suspect(actor, suspect).stream())
                        .toList(),
                incidents.failures(incident.id()).stream()
                        .map(IncidentJsons::failure)
                        .toList(),
                incidents.events(incident.id()).stream().map(this::event).toList(),
                urls.external() + "/" + project.fullPath() + "/-/incidents/" + incident.iid());
    }

    private static @Nullable Long seconds(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null
                ? null
                : Math.max(0, Duration.between(from, to).toSeconds());
    }

    private Optional<IncidentJson.SuspectJson> suspect(Actor actor, Suspect suspect) {
        ProjectFacts project = projects.find(Long.toString(suspect.projectId())).orElse(null);
        Deployment deployment = deployments.find(suspect.deploymentId()).orElse(null);
        if (project == null
                || deployment == null
                || !access.decide(actor, Permission.READ_ENVIRONMENT, project).isAllowed()) {
            return Optional.empty();
        }
        return Optional.of(new IncidentJson.SuspectJson(
                suspect.place(),
                deployment.id(),
                project.fullPath(),
                environments
                        .find(deployment.environmentId())
                        .map(Environment::name)
                        .orElse(""),
                deployment.sha(),
                deployment.status().wire(),
                suspect.reason().wire(),
                suspect.arguments(),
                IncidentWords.sentence(suspect),
                urls.external() + "/" + project.fullPath() + "/-/deployments/" + deployment.id()));
    }

    private static IncidentJson.FailureJson failure(Failure failure) {
        Double recovery = failure.reachedUsersAt() == null || failure.restoredAt() == null
                ? null
                : Math.max(
                        0,
                        Duration.between(failure.reachedUsersAt(), failure.restoredAt())
                                        .toMillis()
                                / 1000.0);
        return new IncidentJson.FailureJson(
                failure.deploymentId(),
                failure.origin().wire(),
                failure.failedAt(),
                failure.reachedUsersAt(),
                failure.restoredAt(),
                failure.restoredByDeploymentId(),
                recovery);
    }

    private IncidentJson.EventJson event(IncidentEvent event) {
        return new IncidentJson.EventJson(
                event.id(),
                event.kind().wire(),
                user(event.user()),
                event.deploymentId(),
                event.text(),
                ReasonTexts.plain(event.arguments()),
                event.at());
    }

    private @Nullable ShortUser user(@Nullable UserId id) {
        return id == null
                ? null
                : users.find(id).map(user -> ShortUser.of(user, urls)).orElse(null);
    }
}
