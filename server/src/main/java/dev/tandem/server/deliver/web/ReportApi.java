package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentStops;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.ReportedDeployments;
import dev.tandem.server.deliver.ReportedDeployments.Answer;
import dev.tandem.server.deliver.StopAnswer;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** What GitLab's API lets others change: deployments made elsewhere, and the end of environments. */
@RestController
class ReportApi {
    private final ReportedDeployments reports;
    private final Deployments deployments;
    private final Environments environments;
    private final EnvironmentStops stops;
    private final DeliverJson json;

    ReportApi(
            ReportedDeployments reports,
            Deployments deployments,
            Environments environments,
            EnvironmentStops stops,
            DeliverJson json) {
        this.reports = reports;
        this.deployments = deployments;
        this.environments = environments;
        this.stops = stops;
        this.json = json;
    }

    @Requires(Permission.DEPLOY)
    @PostMapping("/api/v4/projects/{id}/deployments")
    ResponseEntity<DeploymentJson> create(ProjectFacts project, Actor actor, Parameters parameters) {
        String ref = parameters.requiredText("ref");
        if (ref.length() > 255) {
            throw ApiException.invalid("ref", "is too long (maximum is 255 characters)");
        }
        ReportedDeployments.Report report = new ReportedDeployments.Report(
                parameters.requiredText("environment"), parameters.requiredText("sha"), ref, status(parameters));
        return ResponseEntity.status(201)
                .body(json.deployment(project, recorded(reports.create(project, actor, report))));
    }

    @Requires(Permission.DEPLOY)
    @PutMapping("/api/v4/projects/{id}/deployments/{deployment}")
    DeploymentJson update(ProjectFacts project, Actor actor, @PathVariable long deployment, Parameters parameters) {
        Deployment found = deployments
                .find(deployment)
                .filter(each -> each.projectId() == project.id())
                .orElseThrow(() -> ApiException.notFound("Deployment"));
        return json.deployment(project, recorded(reports.update(project, actor, found, status(parameters))));
    }

    private static DeploymentStatus status(Parameters parameters) {
        return DeploymentStatus.ofWire(parameters.requiredText("status"))
                .filter(status -> status != DeploymentStatus.BLOCKED)
                .orElseThrow(() -> ApiException.malformed("status"));
    }

    private static Deployment recorded(Answer answer) {
        return switch (answer) {
            case Answer.Recorded recorded -> recorded.deployment();
            case Answer.Refused refused ->
                throw refused.field() == null
                        ? new ApiException(Answers.status(refused.why()), refused.problem())
                        : ApiException.invalid(refused.field(), refused.problem());
        };
    }

    /** Answers at once; where a job stops it, the environment stays available until that job succeeded. */
    @Requires(Permission.DEPLOY)
    @PostMapping("/api/v4/projects/{id}/environments/{environment}/stop")
    EnvironmentJson stop(ProjectFacts project, Actor actor, @PathVariable long environment) {
        Environment found = environments
                .find(environment)
                .filter(each -> each.projectId() == project.id())
                .orElseThrow(() -> ApiException.notFound("Environment"));
        if (actor instanceof Actor.Job) {
            throw new ApiException(403, "A job stops its environment by \"action: stop\".");
        }
        if (stops.stop(project, actor, found) instanceof StopAnswer.Refused refused) {
            throw new ApiException(Answers.status(refused.why()), refused.reason());
        }
        return json.environment(project, environments.find(environment).orElse(found));
    }
}
