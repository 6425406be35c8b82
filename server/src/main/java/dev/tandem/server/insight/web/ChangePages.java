package dev.tandem.server.insight.web;

import dev.tandem.server.build.PipelineFacts;
import dev.tandem.server.build.Pipelines;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFilter;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.RolloutEvent;
import dev.tandem.server.deliver.Rollouts;
import dev.tandem.server.deliver.StoredRollout;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.insight.DeliveryRecords;
import dev.tandem.server.insight.Push;
import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.TimelineModel;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;

/** The page of one change: one commit from its author to whatever became of it in production. */
@Controller
class ChangePages {
    private static final int MOST_DEPLOYMENTS = 20;
    private static final int MOST_ENVIRONMENTS = 50;

    private final Repositories repositories;
    private final Pipelines pipelines;
    private final Deployments deployments;
    private final Environments environments;
    private final Rollouts rollouts;
    private final DeliveryRecords records;
    private final Access access;
    private final Users users;
    private final Clock clock;

    ChangePages(
            Repositories repositories,
            Pipelines pipelines,
            Deployments deployments,
            Environments environments,
            Rollouts rollouts,
            DeliveryRecords records,
            Access access,
            Users users,
            Clock clock) {
        this.repositories = repositories;
        this.pipelines = pipelines;
        this.deployments = deployments;
        this.environments = environments;
        this.rollouts = rollouts;
        this.records = records;
        this.access = access;
        this.users = users;
        this.clock = clock;
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/changes/{sha:[0-9a-f]+}")
    Page change(ProjectFacts project, Actor actor, @PathVariable String sha) {
        Commit commit = repositories
                .resolve(project.id(), sha)
                .flatMap(full -> repositories.commit(project.id(), full))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        ProjectNav nav = new ProjectNav(project.id(), project.fullPath(), project.name());
        PipelineFacts pipeline = pipelines.ofCommits(project.id(), List.of(commit.sha())).stream()
                .findFirst()
                .orElse(null);
        List<Push> pushes = records.pushes(project.id(), List.of(commit.sha()));
        List<ChangeRecord> reached = records.reached(project.id(), commit.sha());
        List<Deployment> brought = brought(project, commit, reached);
        Map<Long, Environment> known =
                environments.list(project.id(), EnvironmentFilter.ALL, 0, MOST_ENVIRONMENTS).stream()
                        .collect(Collectors.toMap(Environment::id, Function.identity()));
        Push first = pushes.isEmpty() ? null : pushes.getFirst();
        boolean mayDeploy = access.decide(actor, Permission.DEPLOY, project).isAllowed();
        return new Page(
                "insight/change.jte",
                new ChangePage(
                        nav,
                        commit,
                        pipeline,
                        first == null ? null : nameOf(first),
                        first == null ? null : first.shortRef(),
                        places(project, commit, brought, known.values().stream(), mayDeploy),
                        brought,
                        known.values().stream().collect(Collectors.toMap(Environment::id, Environment::name)),
                        evidence(brought),
                        leadTime(brought, reached, known),
                        story(nav, commit, pipeline, pushes, brought, known)));
    }

    /** Those of the commit itself, and those that brought it among others, newest first. */
    private List<Deployment> brought(ProjectFacts project, Commit commit, List<ChangeRecord> reached) {
        DeploymentFilter ofCommit =
                new DeploymentFilter(null, null, commit.sha(), null, null, null, DeploymentFilter.Order.ID, false);
        Stream<Deployment> within =
                reached.stream().flatMap(change -> deployments.find(change.deploymentId()).stream());
        return Stream.concat(deployments.list(project.id(), ofCommit, 0, MOST_DEPLOYMENTS).stream(), within)
                .distinct()
                .sorted(Comparator.comparing(Deployment::id).reversed())
                .toList();
    }

    private List<Place> places(
            ProjectFacts project,
            Commit commit,
            List<Deployment> brought,
            Stream<Environment> known,
            boolean mayDeploy) {
        return known.filter(environment -> environment.state() == Environment.State.AVAILABLE)
                .sorted(Comparator.comparing(Environment::tier).reversed().thenComparing(Environment::name))
                .map(environment -> place(project, commit, brought, environment, mayDeploy))
                .toList();
    }

    private Place place(
            ProjectFacts project, Commit commit, List<Deployment> brought, Environment environment, boolean mayDeploy) {
        Deployment current = environments.state(environment).current();
        Deployment serves = current != null
                ? current
                : deployments.successesBefore(environment.id(), clock.instant().plusMillis(1), 1).stream()
                        .findFirst()
                        .orElse(null);
        List<Deployment> here = brought.stream()
                .filter(deployment -> deployment.environmentId() == environment.id())
                .toList();
        boolean same = serves != null && serves.sha().equals(commit.sha());
        boolean rolling = here.stream().anyMatch(each -> !each.status().isTerminal());
        boolean included = serves != null && repositories.isAncestor(project.id(), commit.sha(), serves.sha());
        boolean wasThere = here.stream()
                .anyMatch(
                        each -> each.status() == DeploymentStatus.SUCCESS || each.status() == DeploymentStatus.FAILED);
        Optional<Deployment> undo = same && mayDeploy ? deployments.rollbackTarget(environment.id()) : Optional.empty();
        return new Place(
                environment,
                Place.of(rolling, same, included, wasThere),
                serves,
                rolling ? percent(here) : null,
                undo.orElse(null));
    }

    private @Nullable Integer percent(List<Deployment> here) {
        return here.stream()
                .filter(each -> !each.status().isTerminal())
                .flatMap(each -> deployments.rollout(each.id()).stream())
                .map(StoredRollout::share)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Duration leadTime(
            List<Deployment> brought, List<ChangeRecord> reached, Map<Long, Environment> known) {
        Map<Long, Deployment> byId = brought.stream().collect(Collectors.toMap(Deployment::id, Function.identity()));
        return reached.stream()
                .filter(change -> Optional.ofNullable(byId.get(change.deploymentId()))
                        .map(deployment -> known.get(deployment.environmentId()))
                        .filter(environment -> environment.tier() == Tier.PRODUCTION)
                        .isPresent())
                .findFirst()
                .map(ChangeRecord::leadTime)
                .orElse(null);
    }

    /** What let each deployment on, or took it back, with its numbers; by deployment. */
    private Map<Long, List<Text>> evidence(List<Deployment> brought) {
        return brought.stream()
                .collect(Collectors.toMap(
                        Deployment::id,
                        deployment -> deployments
                                .rollout(deployment.id())
                                .map(rollout -> rollouts.events(rollout.id(), 0))
                                .orElse(List.of())
                                .stream()
                                .filter(ChangeStory::isEvidence)
                                .map(ChangeStory::said)
                                .distinct()
                                .toList()));
    }

    private TimelineModel story(
            ProjectNav nav,
            Commit commit,
            @Nullable PipelineFacts pipeline,
            List<Push> pushes,
            List<Deployment> brought,
            Map<Long, Environment> known) {
        ChangeStory story = new ChangeStory(nav);
        story.committed(commit);
        pushes.forEach(push -> story.pushed(push, nameOf(push)));
        if (pipeline != null) {
            story.built(pipeline);
        }
        List<StoredRollout> started = brought.stream()
                .flatMap(deployment -> deployments.rollout(deployment.id()).stream())
                .toList();
        started.stream()
                .flatMap(rollout -> deployments.bundle(rollout).stream())
                .distinct()
                .forEach(story::bundled);
        Map<Long, Long> rolloutOf =
                started.stream().collect(Collectors.toMap(StoredRollout::deploymentId, StoredRollout::id));
        for (Deployment deployment : brought) {
            Environment environment = known.get(deployment.environmentId());
            Long rollout = rolloutOf.get(deployment.id());
            List<RolloutEvent> events = rollout == null ? List.of() : rollouts.events(rollout, 0);
            story.deployed(deployment, environment == null ? "–" : environment.name(), events);
        }
        records.takenBack(brought.stream().map(Deployment::id).toList()).forEach(story::takenBack);
        records.incidentsOf(nav.id(), brought).forEach(story::hurt);
        return story.told();
    }

    private String nameOf(Push push) {
        return users.find(push.user()).map(User::name).orElse("–");
    }
}
