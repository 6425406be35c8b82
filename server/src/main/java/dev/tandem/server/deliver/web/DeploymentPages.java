package dev.tandem.server.deliver.web;

import dev.tandem.server.build.JobFacts;
import dev.tandem.server.build.Jobs;
import dev.tandem.server.build.Pipelines;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.ReleaseBundle;
import dev.tandem.server.deliver.RolloutEvent;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.TimelineModel;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.ResponseStatusException;

/** The page of one deployment. */
@Controller
class DeploymentPages {
    /** The year 9999. */
    private static final long MOST_MILLIS = 253_370_764_800_000L;

    private final Deployments deployments;
    private final Environments environments;
    private final Rollouts rollouts;
    private final Jobs jobs;
    private final Pipelines pipelines;
    private final Repositories repositories;
    private final Access access;
    private final Users users;
    private final RolloutViews views;
    private final RolloutCharts charts;

    DeploymentPages(
            Deployments deployments,
            Environments environments,
            Rollouts rollouts,
            Jobs jobs,
            Pipelines pipelines,
            Repositories repositories,
            Access access,
            Users users,
            RolloutViews views,
            RolloutCharts charts) {
        this.deployments = deployments;
        this.environments = environments;
        this.rollouts = rollouts;
        this.jobs = jobs;
        this.pipelines = pipelines;
        this.repositories = repositories;
        this.access = access;
        this.users = users;
        this.views = views;
        this.charts = charts;
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/deployments/{deployment}")
    Page deployment(ProjectFacts project, Actor actor, @PathVariable long deployment) {
        Deployment found = find(project, deployment);
        EnvironmentState environment = environments
                .find(found.environmentId())
                .map(environments::state)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        StoredRollout rollout = deployments.rollout(found.id()).orElse(null);
        ReleaseBundle bundle =
                rollout == null ? null : deployments.bundle(rollout).orElse(null);
        Commit commit = repositories.commit(project.id(), found.sha()).orElse(null);
        JobFacts job = found.jobId() == null ? null : jobs.facts(found.jobId()).orElse(null);
        boolean may = access.decide(actor, Permission.DEPLOY, project).isAllowed();
        boolean serves = environment.current() != null && environment.current().id() == found.id();
        ProjectNav nav = EnvironmentPages.nav(project);
        RolloutView view = rollout == null ? null : views.of(rollout, may);
        return new Page(
                "deliver/deployment.jte",
                new DeploymentPage(
                        nav,
                        found,
                        environment,
                        rollout,
                        bundle,
                        commit,
                        job == null ? null : job.name(),
                        users.find(found.user()).map(User::name).orElse("–"),
                        may && serves
                                ? deployments
                                        .rollbackTarget(found.environmentId())
                                        .orElse(null)
                                : null,
                        view,
                        rollout == null || view == null ? List.of() : charts(nav, found, rollout, view),
                        story(nav, found, commit, job, bundle, rollout)));
    }

    private List<Chart> charts(ProjectNav nav, Deployment deployment, StoredRollout rollout, RolloutView view) {
        return charts.of(
                rollout,
                rollouts.steps(rollout.id()),
                nav.path("/-/deployments/" + deployment.id() + "/signals"),
                view.oldLabel(),
                deployment.shortSha());
    }

    /** The series of the page's charts, in milliseconds since 1970; with {@code since} what is newer. */
    @Requires(Permission.READ_ENVIRONMENT)
    @ResponseBody
    @GetMapping("/{project}/-/deployments/{deployment}/signals")
    RolloutCharts.SourceJson signals(
            ProjectFacts project, @PathVariable long deployment, @RequestParam(required = false) @Nullable Long since) {
        StoredRollout rollout = deployments
                .rollout(find(project, deployment).id())
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        Instant after = since == null ? null : Instant.ofEpochMilli(Math.clamp(since, 0, MOST_MILLIS));
        return charts.series(rollout, rollouts.steps(rollout.id()), after);
    }

    private TimelineModel story(
            ProjectNav nav,
            Deployment deployment,
            @Nullable Commit commit,
            @Nullable JobFacts job,
            @Nullable ReleaseBundle bundle,
            @Nullable StoredRollout rollout) {
        List<RolloutEvent> events = rollout == null ? List.of() : rollouts.events(rollout.id(), 0);
        DeploymentStory.Made pipeline = deployment.pipelineId() == null
                ? null
                : pipelines
                        .find(deployment.pipelineId())
                        .map(facts -> new DeploymentStory.Made(
                                facts.pipelineId(), "", facts.status().wire(), facts.createdAt()))
                        .orElse(null);
        DeploymentStory.Made madeBy = job == null
                ? null
                : new DeploymentStory.Made(job.jobId(), job.name(), job.status().wire(), deployment.createdAt());
        return new DeploymentStory(nav, deployment).tell(commit, pipeline, madeBy, bundle, events);
    }

    @Requires(Permission.DEPLOY)
    @PostMapping("/{project}/-/deployments/{deployment}/cancel")
    void cancel(ProjectFacts project, Actor actor, @PathVariable long deployment, HttpServletResponse response)
            throws IOException {
        Deployment found = find(project, deployment);
        boolean canceled = deployments
                .rollout(found.id())
                .map(rollout -> rollouts.cancel(project, actor, rollout.id()))
                .orElse(false);
        if (canceled) {
            Flash.leave(response, "deliver.deployment.canceled");
        } else {
            Flash.refuse(response, "deliver.deployment.tooLate");
        }
        response.sendRedirect(EnvironmentPages.nav(project).path("/-/deployments/" + found.id()));
    }

    /** {@code full} of a promotion: to the end. {@code step}: where the page showed it, so that nobody promotes another one. */
    @Requires(Permission.DEPLOY)
    @PostMapping("/{project}/-/deployments/{deployment}/{act:pause|resume|promote}")
    void act(
            ProjectFacts project,
            Actor actor,
            @PathVariable long deployment,
            @PathVariable String act,
            @RequestParam(required = false) @Nullable Integer step,
            @RequestParam(defaultValue = "false") boolean full,
            HttpServletResponse response)
            throws IOException {
        Deployment found = find(project, deployment);
        Rollouts.Act wanted = switch (act) {
            case "pause" -> Rollouts.Act.PAUSE;
            case "resume" -> Rollouts.Act.RESUME;
            default -> full ? Rollouts.Act.PROMOTE_FULL : Rollouts.Act.PROMOTE;
        };
        boolean done = deployments
                .rollout(found.id())
                .map(rollout -> rollouts.act(project, actor, rollout.id(), wanted, step))
                .orElse(false);
        if (done) {
            Flash.leave(response, "deliver.act.done." + act);
        } else {
            Flash.refuse(response, "deliver.act.tooLate");
        }
        response.sendRedirect(EnvironmentPages.nav(project).path("/-/deployments/" + found.id()));
    }

    private Deployment find(ProjectFacts project, long deployment) {
        return deployments
                .find(deployment)
                .filter(found -> found.projectId() == project.id())
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
}
