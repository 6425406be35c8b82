package dev.tandem.server.operate.web;

import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.operate.IncidentFilter;
import dev.tandem.server.operate.IncidentTexts;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.operate.Services;
import dev.tandem.server.operate.UptimeChecks;
import dev.tandem.server.operate.Wellness;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.ResponseStatusException;

/** Pages of services. */
@Controller
class ServicePages {
    private static final int CHANGES = 10;
    private static final int INCIDENTS = 10;

    private final Services services;
    private final ServiceList list;
    private final ServiceCharts charts;
    private final Incidents incidents;
    private final UptimeChecks checks;
    private final Environments environments;
    private final Repositories repositories;
    private final Users users;
    private final Access access;
    private final Clock clock;

    ServicePages(
            Services services,
            ServiceList list,
            ServiceCharts charts,
            Incidents incidents,
            UptimeChecks checks,
            Environments environments,
            Repositories repositories,
            Users users,
            Access access,
            Clock clock) {
        this.services = services;
        this.list = list;
        this.charts = charts;
        this.incidents = incidents;
        this.checks = checks;
        this.environments = environments;
        this.repositories = repositories;
        this.users = users;
        this.access = access;
        this.clock = clock;
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/-/services")
    Page services(Actor actor) {
        return new Page(
                "operate/services.jte",
                new ServicesPage(list.of(actor).stream()
                        .map(listed -> new ServicesPage.Row(
                                listed.project().fullPath(),
                                listed.wellness(),
                                ServicePage.sentence(listed.wellness()),
                                listed.service().places().size()))
                        .toList()));
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/service")
    Page service(
            ProjectFacts project,
            Actor actor,
            @RequestParam(defaultValue = "0") long environment,
            @RequestParam(defaultValue = "") String span) {
        ProjectNav nav = nav(project);
        Services.Service service = services.of(project.id());
        Wellness.Seen shown = shown(service, environment);
        return new Page(
                "operate/service.jte",
                new ServicePage(
                        nav,
                        service.wellness(),
                        ServicePage.sentence(service.wellness()),
                        service.places().stream().map(ServicePages::place).toList(),
                        shown == null ? null : charted(nav, shown.state().environment(), span),
                        incidents.list(List.of(project.id()), IncidentFilter.OPEN, 0, INCIDENTS).stream()
                                .map(incident -> new ServicePage.IncidentRow(incident, IncidentTexts.title(incident)))
                                .toList(),
                        checks(project.id(), names(service)),
                        changes(project.id(), names(service)),
                        services.card(project.id(), sha(service)),
                        access.decide(actor, Permission.MANAGE_PROJECT, project).isAllowed()));
    }

    /** What {@code chart.js} asks for. */
    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/service/signals")
    @ResponseBody
    ServiceCharts.Answer signals(
            ProjectFacts project,
            @RequestParam(defaultValue = "0") long environment,
            @RequestParam(defaultValue = "") String span,
            @RequestParam(required = false) @Nullable Long since) {
        Environment found = environments
                .find(environment)
                .filter(one -> one.projectId() == project.id())
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        Instant now = clock.instant();
        ServiceCharts.Span wanted = ServiceCharts.Span.ofWire(span);
        Instant after = since == null ? null : Instant.ofEpochMilli(Math.clamp(since, 0, now.toEpochMilli()));
        return charts.answer(nav(project), found, wanted, now, after);
    }

    /** The one that was asked for, else the most important that an agent runs. */
    private static Wellness.@Nullable Seen shown(Services.Service service, long wanted) {
        List<Wellness.Seen> run = service.places().stream()
                .filter(seen -> seen.state().environment().agentId() != null)
                .toList();
        return run.stream()
                .filter(seen -> seen.state().environment().id() == wanted)
                .findFirst()
                .or(() -> run.stream()
                        .min(java.util.Comparator.comparing(
                                seen -> seen.state().environment().tier())))
                .orElse(null);
    }

    private ServicePage.Charted charted(ProjectNav nav, Environment environment, String span) {
        ServiceCharts.Span wanted = ServiceCharts.Span.ofWire(span);
        return new ServicePage.Charted(
                environment.id(),
                environment.name(),
                wanted.wire(),
                Arrays.stream(ServiceCharts.Span.values())
                        .map(ServiceCharts.Span::wire)
                        .toList(),
                charts.charts(nav, environment, wanted, clock.instant()));
    }

    private static ServicePage.Place place(Wellness.Seen seen) {
        OptionalDouble errors = seen.recent().errorRatio();
        OptionalDouble p95 = seen.recent().quantile(0.95);
        return new ServicePage.Place(
                seen.state(),
                seen.perSecond(),
                errors.isPresent() ? errors.getAsDouble() * 100 : null,
                p95.isPresent() ? p95.getAsDouble() : null);
    }

    private static Map<Long, String> names(Services.Service service) {
        return service.places().stream()
                .map(seen -> seen.state().environment())
                .collect(Collectors.toMap(Environment::id, Environment::name));
    }

    private List<ServicePage.CheckRow> checks(long projectId, Map<Long, String> names) {
        return checks.list(projectId).stream()
                .map(check -> new ServicePage.CheckRow(check, names.getOrDefault(check.environmentId(), "–")))
                .toList();
    }

    private List<ServicePage.Change> changes(long projectId, Map<Long, String> names) {
        return services.lastChanges(projectId, CHANGES).stream()
                .map(deployment -> change(projectId, deployment, names))
                .toList();
    }

    private ServicePage.Change change(long projectId, Deployment deployment, Map<Long, String> names) {
        return new ServicePage.Change(
                deployment.id(),
                names.getOrDefault(deployment.environmentId(), "–"),
                deployment.sha(),
                repositories
                        .commit(projectId, deployment.sha())
                        .map(Commit::title)
                        .orElse(""),
                deployment.status().word(),
                users.find(deployment.user()).map(User::name).orElse("–"),
                deployment.createdAt());
    }

    /** What the most important environment runs says who owns it. */
    private static @Nullable String sha(Services.Service service) {
        return service.places().stream()
                .map(Wellness.Seen::state)
                .filter(state -> state.current() != null)
                .min(java.util.Comparator.comparing(state -> state.environment().tier()))
                .flatMap(state -> Optional.ofNullable(state.current()))
                .map(Deployment::sha)
                .orElse(null);
    }

    static ProjectNav nav(ProjectFacts project) {
        return new ProjectNav(project.id(), project.fullPath(), project.name());
    }
}
