package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFilter;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.EnvironmentStops;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.RolloutAnswer;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.deliver.StopAnswer;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** Pages of environments, and the button that rolls back. */
@Controller
class EnvironmentPages {
    private static final int ROWS = 20;
    /** Enough for every project we have seen; more are found by the API. */
    private static final int MOST_ENVIRONMENTS = 200;

    private final Environments environments;
    private final Deployments deployments;
    private final Rollouts rollouts;
    private final EnvironmentStops stops;
    private final Access access;
    private final Users users;

    EnvironmentPages(
            Environments environments,
            Deployments deployments,
            Rollouts rollouts,
            EnvironmentStops stops,
            Access access,
            Users users) {
        this.environments = environments;
        this.deployments = deployments;
        this.rollouts = rollouts;
        this.stops = stops;
        this.access = access;
        this.users = users;
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/environments")
    Page environments(ProjectFacts project) {
        List<EnvironmentsPage.Row> rows =
                environments.list(project.id(), EnvironmentFilter.ALL, 0, MOST_ENVIRONMENTS).stream()
                        .map(environments::state)
                        .map(state -> new EnvironmentsPage.Row(
                                state,
                                state.current() == null
                                        ? null
                                        : name(state.current().user())))
                        .toList();
        return new Page("deliver/environments.jte", new EnvironmentsPage(nav(project), rows));
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/environments/{environment}")
    Page environment(
            ProjectFacts project,
            Actor actor,
            @PathVariable long environment,
            @RequestParam(defaultValue = "1") int page) {
        EnvironmentState state = environments.state(find(project, environment));
        String name = state.environment().name();
        int shown = Math.clamp(page, 1, 100_000);
        List<Deployment> found =
                deployments.list(project.id(), DeploymentFilter.NEWEST_FIRST.of(name), (shown - 1) * ROWS, ROWS + 1);
        Deployment current = state.current();
        List<EnvironmentPage.Row> rows = found.stream()
                .limit(ROWS)
                .map(deployment -> new EnvironmentPage.Row(
                        deployment, name(deployment.user()), current != null && current.id() == deployment.id()))
                .toList();
        ProjectNav nav = nav(project);
        String path = nav.path("/-/environments/" + environment + "?page=");
        return new Page(
                "deliver/environment.jte",
                new EnvironmentPage(
                        nav,
                        state,
                        mayDeploy(actor, project)
                                ? deployments.rollbackTarget(environment).orElse(null)
                                : null,
                        heldBy(state.environment()),
                        project.path(),
                        access.decide(actor, Permission.MANAGE_PROJECT, project).isAllowed(),
                        mayDeploy(actor, project),
                        mayDeploy(actor, project) && state.environment().state() == Environment.State.AVAILABLE,
                        environments.autoStop(environment).orElse(null),
                        rows,
                        shown > 1 ? path + (shown - 1) : null,
                        found.size() > ROWS ? path + (shown + 1) : null));
    }

    @Requires(Permission.DEPLOY)
    @PostMapping("/{project}/-/environments/{environment}/rollback")
    void rollBack(
            ProjectFacts project,
            Actor actor,
            @PathVariable long environment,
            @RequestParam(required = false) @Nullable Long to,
            HttpServletResponse response)
            throws IOException {
        Environment found = find(project, environment);
        ProjectNav nav = nav(project);
        switch (rollouts.rollBack(project, actor, found.name(), to)) {
            case RolloutAnswer.Accepted accepted -> {
                Flash.leave(response, "deliver.rollback.begun", found.name());
                response.sendRedirect(
                        nav.path("/-/deployments/" + accepted.rollout().deploymentId()));
            }
            case RolloutAnswer.Refused refused -> {
                Flash.refuse(response, "deliver.refused", refused.reason());
                response.sendRedirect(nav.path("/-/environments/" + environment));
            }
        }
    }

    @Requires(Permission.DEPLOY)
    @PostMapping("/{project}/-/environments/{environment}/stop")
    void stop(ProjectFacts project, Actor actor, @PathVariable long environment, HttpServletResponse response)
            throws IOException {
        Environment found = find(project, environment);
        ProjectNav nav = nav(project);
        switch (stops.stop(project, actor, found)) {
            case StopAnswer.Stopped() -> {
                Flash.leave(response, "deliver.stop.done", found.name());
                response.sendRedirect(nav.path("/-/environments/" + environment));
            }
            case StopAnswer.Begun(long job) -> {
                Flash.leave(response, "deliver.stop.begun", found.name());
                response.sendRedirect(nav.path("/-/jobs/" + job));
            }
            case StopAnswer.Refused refused -> {
                Flash.refuse(response, "deliver.refused", refused.reason());
                response.sendRedirect(nav.path("/-/environments/" + environment));
            }
        }
    }

    /** An empty {@code service}: what the environment's name says. */
    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping("/{project}/-/environments/{environment}/service")
    void assign(
            ProjectFacts project,
            @PathVariable long environment,
            @RequestParam(defaultValue = "") String service,
            HttpServletResponse response)
            throws IOException {
        Environment found = find(project, environment);
        environments
                .assign(found, service)
                .ifPresentOrElse(
                        problem -> Flash.refuse(response, "deliver.refused", problem),
                        () -> Flash.leave(response, "deliver.service.done", found.name()));
        response.sendRedirect(nav(project).path("/-/environments/" + environment));
    }

    private Environment find(ProjectFacts project, long environment) {
        return environments
                .find(environment)
                .filter(found -> found.projectId() == project.id())
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    private @Nullable String heldBy(Environment environment) {
        return environment.hold() == null ? null : name(environment.hold().by());
    }

    private boolean mayDeploy(Actor actor, ProjectFacts project) {
        return access.decide(actor, Permission.DEPLOY, project).isAllowed();
    }

    private String name(UserId user) {
        return users.find(user).map(User::name).orElse("–");
    }

    static ProjectNav nav(ProjectFacts project) {
        return new ProjectNav(project.id(), project.fullPath(), project.name());
    }
}
