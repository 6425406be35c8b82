package dev.tandem.server.operate;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFilter;
import dev.tandem.server.deliver.DeploymentFinished;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Makes incidents of what deployments to production come to, and ends them when a newer one succeeds. Each event may come
 * again, and in another order; ids decide, not clocks.
 */
@Component
final class DeploymentWatch {
    private static final int LOOK_BACK = 20;

    private final Incidents incidents;
    private final Deployments deployments;
    private final SuspectSearch suspects;

    DeploymentWatch(Incidents incidents, Deployments deployments, SuspectSearch suspects) {
        this.incidents = incidents;
        this.deployments = deployments;
        this.suspects = suspects;
    }

    void finished(String eventId, DeploymentFinished event) {
        if (event.tier() != Tier.PRODUCTION || event.status() == DeploymentStatus.CANCELED) {
            return;
        }
        boolean succeeded = event.status() == DeploymentStatus.SUCCESS;
        if (event.kind() == Deployment.Kind.ROLLBACK) {
            takenBack(eventId, event, succeeded);
        } else if (succeeded) {
            incidents.mended(event.environmentId(), event.deploymentId(), event.at());
        } else if (event.rolloutId() != null) {
            failed(eventId, event);
        }
        // A job that failed without a rollout changed nothing that we know of: no incident, but a failed deployment.
    }

    private void failed(String eventId, DeploymentFinished event) {
        Deployment deployment = deployments.find(event.deploymentId()).orElse(null);
        if (deployment == null) {
            return;
        }
        Instant reached = deployments.trafficTimes(event.deploymentId()).reachedUsersAt();
        boolean restored = reached == null || event.previousDeploymentId() != null;
        Sighting.FailureFacts facts = new Sighting.FailureFacts(
                event.deploymentId(),
                reached,
                reached != null && restored ? event.at() : null,
                reached != null && restored ? event.previousDeploymentId() : null);
        incidents.sighted(new Sighting(
                eventId,
                event.projectId(),
                event.environmentId(),
                event.environment(),
                IncidentOrigin.FAILED_ROLLOUT,
                event.deploymentId(),
                event.reason(),
                arguments(event, deployment),
                deployment.user(),
                event.at(),
                reached,
                restored ? event.at() : null,
                facts,
                suspects.around(event.environmentId(), deployment, Suspect.Reason.FAILED, why(event), event.at())));
        laterSuccess(event);
    }

    private void takenBack(String eventId, DeploymentFinished event, boolean succeeded) {
        Deployment rollback = deployments.find(event.deploymentId()).orElse(null);
        if (rollback == null) {
            return;
        }
        Deployment bad = cause(event).orElse(null);
        Instant reached =
                bad == null ? null : deployments.trafficTimes(bad.id()).reachedUsersAt();
        Instant all = deployments.trafficTimes(event.deploymentId()).allAt();
        Instant restoredAt = succeeded ? (all == null ? event.at() : all) : null;
        Sighting.FailureFacts facts = bad == null
                ? null
                : new Sighting.FailureFacts(
                        bad.id(),
                        reached,
                        reached == null ? null : restoredAt,
                        succeeded && reached != null ? event.deploymentId() : null);
        incidents.sighted(new Sighting(
                eventId,
                event.projectId(),
                event.environmentId(),
                event.environment(),
                succeeded ? IncidentOrigin.ROLLBACK : IncidentOrigin.FAILED_ROLLBACK,
                event.deploymentId(),
                event.reason(),
                arguments(event, bad == null ? rollback : bad),
                rollback.user(),
                event.at(),
                reached,
                restoredAt,
                facts,
                suspects.around(event.environmentId(), bad, Suspect.Reason.TAKEN_BACK, why(event), event.at())));
        if (succeeded) {
            laterSuccess(event);
        }
    }

    /** What a rollback takes back: what served, or what was on its way in when somebody asked for the rollback. */
    private Optional<Deployment> cause(DeploymentFinished event) {
        Optional<Deployment> served = event.previousDeploymentId() == null
                ? Optional.empty()
                : deployments.find(event.previousDeploymentId());
        if (served.isPresent() && !served.get().sha().equals(event.sha())) {
            return served;
        }
        return earlier(event).stream()
                .filter(deployment -> deployment.id() < event.deploymentId()
                        && deployment.status() == DeploymentStatus.CANCELED
                        && deployment.kind() != Deployment.Kind.ROLLBACK)
                .findFirst()
                .or(() -> served);
    }

    private List<Deployment> earlier(DeploymentFinished event) {
        return deployments.list(event.projectId(), DeploymentFilter.NEWEST_FIRST.of(event.environment()), 0, LOOK_BACK);
    }

    /** The event of a newer success may have been handled before this one. */
    private void laterSuccess(DeploymentFinished event) {
        earlier(event).stream()
                .filter(deployment -> deployment.id() > event.deploymentId()
                        && deployment.status() == DeploymentStatus.SUCCESS
                        && deployment.kind() != Deployment.Kind.ROLLBACK)
                .findFirst()
                .ifPresent(deployment -> incidents.mended(
                        event.environmentId(),
                        deployment.id(),
                        deployment.finishedAt() == null ? event.at() : deployment.finishedAt()));
    }

    /** In English, then as code and arguments, if it has one. */
    private static List<String> why(DeploymentFinished event) {
        return reason(event.reason() == null ? "" : event.reason(), event);
    }

    /** The bad commit, then the reason as code and arguments, if it has one. */
    private static List<String> arguments(DeploymentFinished event, Deployment bad) {
        return reason(bad.shortSha(), event);
    }

    private static List<String> reason(String first, DeploymentFinished event) {
        List<String> arguments = new ArrayList<>(List.of(first));
        if (event.reasonCode() != null) {
            arguments.add(event.reasonCode());
            arguments.addAll(event.reasonArguments());
        }
        return arguments;
    }
}
