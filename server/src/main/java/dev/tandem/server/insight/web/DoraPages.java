package dev.tandem.server.insight.web;

import dev.tandem.server.deliver.Tier;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.insight.DeliveryRecords;
import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.insight.dora.Dora;
import dev.tandem.server.insight.dora.Failure;
import dev.tandem.server.insight.dora.FiveKeys;
import dev.tandem.server.insight.dora.Records;
import dev.tandem.server.insight.dora.Service;
import dev.tandem.server.insight.dora.Window;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The five keys on a page: of one project, and of all that somebody may see. */
@Controller
class DoraPages {
    private static final int MOST_ROWS = 200;
    /** Up to here a chart has a point for each day, beyond for each week. */
    private static final int MOST_DAILY = 14;

    private final DeliveryRecords records;
    private final Asked asked;
    private final Clock clock;

    DoraPages(DeliveryRecords records, Asked asked, Clock clock) {
        this.records = records;
        this.asked = asked;
        this.clock = clock;
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/dora")
    Page project(
            ProjectFacts project,
            @RequestParam(defaultValue = "30d") String window,
            @RequestParam(defaultValue = "all") String show,
            @RequestParam(required = false) @Nullable String service) {
        return new Page("insight/dora.jte", model(nav(project), List.of(project), service, window, show));
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/-/dora")
    Page all(
            Actor actor,
            @RequestParam(defaultValue = "30d") String window,
            @RequestParam(defaultValue = "all") String show) {
        return new Page("insight/dora.jte", model(null, asked.projects(actor), null, window, show));
    }

    private DoraPage model(
            @Nullable ProjectNav nav,
            List<ProjectFacts> projects,
            @Nullable String service,
            String asked,
            String show) {
        int days = Window.days(asked).orElse(30);
        Window window = Window.last(days, clock.instant().plusMillis(1));
        Window both = new Window(window.before().from(), window.to());
        Records found = records.over(projects, Tier.PRODUCTION, both);
        Dora dora = new Dora(
                service == null
                        ? found
                        : found.of(new Service(projects.getFirst().id(), service)));
        FiveKeys keys = dora.over(window);
        int pieceDays = days <= MOST_DAILY ? 1 : 7;
        DoraPage.Show shown = DoraPage.Show.of(show);
        List<DoraPage.Row> rows = rows(keys).stream().filter(shown::counts).toList();
        return new DoraPage(
                nav,
                service,
                days,
                keys,
                dora.over(window.before()),
                DoraCharts.of(window.pieces(pieceDays).stream().map(dora::over).toList(), pieceDays),
                shown,
                rows.stream().limit(MOST_ROWS).toList(),
                rows.size() > MOST_ROWS,
                projects.stream().collect(Collectors.toMap(ProjectFacts::id, ProjectFacts::fullPath)),
                service == null ? services(nav != null, projects, found, window) : List.of());
    }

    /** By project and name; none where the page of a project is all about its only one. */
    private static List<DoraPage.Service> services(
            boolean ofProject, List<ProjectFacts> projects, Records found, Window window) {
        List<Service> deployed = found.deployed();
        if (ofProject && deployed.size() < 2) {
            return List.of();
        }
        int days = (int) Math.round(window.days());
        return projects.stream()
                .flatMap(project -> deployed.stream()
                        .filter(service -> service.projectId() == project.id())
                        .map(service -> new DoraPage.Service(
                                name(project, service, ofProject),
                                DoraPage.address(nav(project).path("/-/dora"), days, service.name()),
                                new Dora(found.of(service)).over(window))))
                .toList();
    }

    private static String name(ProjectFacts project, Service service, boolean ofProject) {
        if (ofProject) {
            return service.name();
        }
        return project.path().equals(service.name()) ? project.fullPath() : project.fullPath() + " · " + service.name();
    }

    private static List<DoraPage.Row> rows(FiveKeys keys) {
        Map<Long, Failure> failures = keys.failures().stream()
                .collect(Collectors.toMap(failure -> failure.deployment().id(), Function.identity()));
        Map<Long, Long> commits = keys.changes().stream()
                .collect(Collectors.groupingBy(ChangeRecord::deploymentId, Collectors.counting()));
        Set<Long> unplanned =
                keys.unplanned().stream().map(DeploymentRecord::id).collect(Collectors.toSet());
        Set<Long> stopped = keys.stopped().stream().map(DeploymentRecord::id).collect(Collectors.toSet());
        return Stream.of(keys.reached(), keys.rollbacks(), keys.stopped())
                .flatMap(List::stream)
                .sorted(Comparator.comparing(DeploymentRecord::finishedAt).reversed())
                .map(each -> new DoraPage.Row(
                        each,
                        failures.get(each.id()),
                        unplanned.contains(each.id()),
                        stopped.contains(each.id()),
                        commits.getOrDefault(each.id(), 0L)))
                .toList();
    }

    private static ProjectNav nav(ProjectFacts project) {
        return new ProjectNav(project.id(), project.fullPath(), project.name());
    }
}
