package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.AgentTexts;
import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Member;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.IncidentAnswer;
import dev.tandem.server.operate.IncidentEvent;
import dev.tandem.server.operate.IncidentFilter;
import dev.tandem.server.operate.IncidentImpact;
import dev.tandem.server.operate.IncidentTexts;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.operate.Suspect;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.TimelineModel;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** Pages of incidents. */
@Controller
class IncidentPages {
    private static final int ROWS = 100;
    private static final int MEMBERS = 200;

    private final Incidents incidents;
    private final IncidentImpact impact;
    private final Deployments deployments;
    private final Environments environments;
    private final ProjectDirectory projects;
    private final Access access;
    private final Members members;
    private final Users users;

    IncidentPages(
            Incidents incidents,
            IncidentImpact impact,
            Deployments deployments,
            Environments environments,
            ProjectDirectory projects,
            Access access,
            Members members,
            Users users) {
        this.incidents = incidents;
        this.impact = impact;
        this.deployments = deployments;
        this.environments = environments;
        this.projects = projects;
        this.access = access;
        this.members = members;
        this.users = users;
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/incidents")
    Page incidents(ProjectFacts project) {
        List<IncidentsPage.Row> rows = incidents.list(List.of(project.id()), IncidentFilter.ALL, 0, ROWS).stream()
                .map(incident -> new IncidentsPage.Row(incident, IncidentTexts.title(incident)))
                .toList();
        return new Page("operate/incidents.jte", new IncidentsPage(nav(project), rows));
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/{project}/-/incidents/{incident}")
    Page incident(ProjectFacts project, Actor actor, @PathVariable long incident) {
        Incident found = incidents
                .find(project.id(), incident)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        ProjectNav nav = nav(project);
        return new Page(
                "operate/incident.jte",
                new IncidentPage(
                        nav,
                        found,
                        IncidentTexts.title(found),
                        found.assignee() == null ? null : name(found.assignee()),
                        incidents.suspects(found.id()).stream()
                                .flatMap(suspect -> row(actor, suspect).stream())
                                .toList(),
                        undo(project, actor, found),
                        access.decide(actor, Permission.HANDLE_INCIDENT, project)
                                .isAllowed(),
                        members(project),
                        impact.of(found).orElse(null),
                        timeline(nav, found)));
    }

    /** Who may be asked to look after it. */
    private List<IncidentPage.Person> members(ProjectFacts project) {
        return members.listAll(MemberSource.of(project), "", 0, MEMBERS).stream()
                .map(Member::user)
                .map(user -> new IncidentPage.Person(user.id(), user.username(), user.name()))
                .toList();
    }

    /** Only what serves can be taken back; after an automatic rollback the suspect does not serve any more. */
    private IncidentPage.@Nullable Undo undo(ProjectFacts project, Actor actor, Incident incident) {
        if (incident.environmentId() == null
                || incident.deploymentId() == null
                || !incident.status().isOpen()
                || !access.decide(actor, Permission.DEPLOY, project).isAllowed()) {
            return null;
        }
        Environment environment = environments.find(incident.environmentId()).orElse(null);
        Deployment current =
                environment == null ? null : environments.state(environment).current();
        if (environment == null || current == null || current.id() != incident.deploymentId()) {
            return null;
        }
        return deployments
                .rollbackTarget(environment.id())
                .map(target ->
                        new IncidentPage.Undo(environment.id(), environment.name(), target.id(), target.shortSha()))
                .orElse(null);
    }

    private Optional<IncidentPage.Row> row(Actor actor, Suspect suspect) {
        ProjectFacts project = projects.find(Long.toString(suspect.projectId())).orElse(null);
        Deployment deployment = deployments.find(suspect.deploymentId()).orElse(null);
        if (project == null
                || deployment == null
                || !access.decide(actor, Permission.READ_ENVIRONMENT, project).isAllowed()) {
            return Optional.empty();
        }
        return Optional.of(new IncidentPage.Row(
                suspect.place(),
                project.fullPath(),
                deployment.id(),
                deployment.sha(),
                deployment.status().word(),
                IncidentTexts.sentence(suspect)));
    }

    private TimelineModel timeline(ProjectNav nav, Incident incident) {
        return new TimelineModel(incidents.events(incident.id()).stream()
                .map(event -> new TimelineModel.Entry(
                        event.at(),
                        TimelineModel.Side.OPERATION,
                        state(event.kind()),
                        heading(event),
                        detail(event),
                        event.deploymentId() == null ? null : nav.path("/-/deployments/" + event.deploymentId())))
                .toList());
    }

    /** What a person wrote is shown as it is, and so is what an agent saw that told it in English only. */
    private static @Nullable Text detail(IncidentEvent event) {
        return switch (event.kind()) {
            case FAILED_ROLLOUT, ROLLBACK, FAILED_ROLLBACK -> {
                Text why = IncidentTexts.reason(event.arguments());
                yield why == null && event.text() != null ? Text.plain(event.text()) : why;
            }
            case LOST_HEALTH ->
                event.text() == null
                        ? null
                        : AgentTexts.of(event.arguments().stream().skip(1).toList(), event.text());
            default -> event.text() == null ? null : Text.plain(event.text());
        };
    }

    private Text heading(IncidentEvent event) {
        String who = event.user() == null ? "Tandem" : name(event.user());
        String first = event.arguments().isEmpty() ? "" : event.arguments().getFirst();
        return Text.of("operate.event." + event.kind().wire(), who, first);
    }

    private static String state(IncidentEvent.Kind kind) {
        return switch (kind) {
            case FAILED_ROLLOUT, FAILED_ROLLBACK, LOST_HEALTH, UPTIME_CHECK -> "failed";
            case ROLLBACK -> "rolled_back";
            case PERSON, ELSEWHERE -> "warning";
            case RECOVERED, MENDED, RESOLVED, QUIET, HEALTH_BACK, UPTIME_BACK -> "success";
            case ACKNOWLEDGED, ASSIGNED, UNASSIGNED, NOTE -> "manual";
        };
    }

    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping("/{project}/-/incidents/{incident}/acknowledge")
    void acknowledge(ProjectFacts project, Actor actor, @PathVariable long incident, HttpServletResponse response)
            throws IOException {
        back(project, incident, incidents.acknowledge(project, actor, incident), response);
    }

    /** @param assignee a member's name; empty for nobody */
    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping("/{project}/-/incidents/{incident}/assign")
    void assign(
            ProjectFacts project,
            Actor actor,
            @PathVariable long incident,
            @RequestParam(defaultValue = "") String assignee,
            HttpServletResponse response)
            throws IOException {
        User to = assignee.isEmpty()
                ? null
                : members.listAll(MemberSource.of(project), "", 0, MEMBERS).stream()
                        .map(Member::user)
                        .filter(user -> user.username().equals(assignee))
                        .findFirst()
                        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        IncidentAnswer answer =
                incidents.assign(project, actor, incident, to == null ? null : to.id(), to == null ? "" : to.name());
        back(project, incident, answer, response);
    }

    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping("/{project}/-/incidents/{incident}/resolve")
    void resolve(ProjectFacts project, Actor actor, @PathVariable long incident, HttpServletResponse response)
            throws IOException {
        back(project, incident, incidents.resolve(project, actor, incident, null), response);
    }

    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping("/{project}/-/incidents/{incident}/notes")
    void note(
            ProjectFacts project,
            Actor actor,
            @PathVariable long incident,
            @RequestParam(defaultValue = "") String body,
            HttpServletResponse response)
            throws IOException {
        back(project, incident, incidents.note(project, actor, incident, body), response);
    }

    private static void back(ProjectFacts project, long iid, IncidentAnswer answer, HttpServletResponse response)
            throws IOException {
        if (answer instanceof IncidentAnswer.Refused refused) {
            Flash.refuse(response, "operate.refused", refused.reason());
        }
        response.sendRedirect(nav(project).path("/-/incidents/" + iid));
    }

    private String name(UserId user) {
        return users.find(user).map(User::name).orElse("–");
    }

    private static ProjectNav nav(ProjectFacts project) {
        return new ProjectNav(project.id(), project.fullPath(), project.name());
    }
}
