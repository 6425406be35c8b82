package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.operate.IncidentAnswer;
import dev.tandem.server.operate.IncidentFilter;
import dev.tandem.server.operate.IncidentStatus;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Incidents: read, take up, note, resolve, open by hand or from another program. */
@RestController
class IncidentApi {
    private static final String INCIDENTS = "/api/tandem/v1/projects/{id}/incidents";
    private static final String INCIDENT = INCIDENTS + "/{incident}";
    private static final int LONGEST_TITLE = 250;
    private static final int LONGEST_EXTERNAL_ID = 200;
    private static final int LONGEST_URL = 2000;

    private final Incidents incidents;
    private final Environments environments;
    private final Deployments deployments;
    private final Users users;
    private final Members members;
    private final IncidentJsons json;
    private final Clock clock;

    IncidentApi(
            Incidents incidents,
            Environments environments,
            Deployments deployments,
            Users users,
            Members members,
            IncidentJsons json,
            Clock clock) {
        this.incidents = incidents;
        this.environments = environments;
        this.deployments = deployments;
        this.users = users;
        this.members = members;
        this.json = json;
        this.clock = clock;
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping(INCIDENTS)
    Listing<IncidentJson> incidents(ProjectFacts project, Actor actor, Parameters parameters, Paging paging) {
        IncidentFilter filter = new IncidentFilter(
                parameters.text("state").map(IncidentApi::open).orElse(null),
                parameters
                        .text("status")
                        .map(word -> IncidentStatus.ofWire(word).orElseThrow(() -> ApiException.malformed("status")))
                        .orElse(null),
                parameters.text("environment").orElse(null),
                parameters.time("opened_after").orElse(null),
                parameters.time("opened_before").orElse(null));
        List<Long> ids = List.of(project.id());
        List<IncidentJson> items = incidents.list(ids, filter, paging.offset(), paging.limit()).stream()
                .map(incident -> json.of(project, actor, incident))
                .toList();
        return new Listing<>(items, incidents.count(ids, filter), paging);
    }

    private static Boolean open(String state) {
        return switch (state) {
            case "opened" -> true;
            case "closed" -> false;
            default -> throw ApiException.malformed("state");
        };
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping(INCIDENT)
    IncidentJson incident(ProjectFacts project, Actor actor, @PathVariable long incident) {
        return incidents
                .find(project.id(), incident)
                .map(found -> json.whole(project, actor, found))
                .orElseThrow(() -> ApiException.notFound("Incident"));
    }

    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping(INCIDENTS)
    ResponseEntity<IncidentJson> open(ProjectFacts project, Actor actor, Parameters parameters) {
        Instant now = clock.instant();
        Environment environment = parameters
                .text("environment")
                .map(name ->
                        environments.find(project.id(), name).orElseThrow(() -> ApiException.notFound("Environment")))
                .orElse(null);
        Instant opened = parameters.time("opened_at").orElse(now);
        Instant recovered = parameters.time("recovered_at").orElse(null);
        if (opened.isAfter(now) || (recovered != null && (recovered.isBefore(opened) || recovered.isAfter(now)))) {
            throw new ApiException(400, "opened_at must lie in the past, and recovered_at between opened_at and now.");
        }
        Incidents.Told told = new Incidents.Told(
                bounded("title", parameters.requiredText("title"), LONGEST_TITLE),
                parameters.text("description").filter(text -> !text.isBlank()).orElse(null),
                environment == null ? null : environment.id(),
                environment == null ? null : environment.name(),
                deployment(project, environment, parameters).map(Deployment::id).orElse(null),
                parameters
                        .text("external_id")
                        .map(text -> bounded("external_id", text, LONGEST_EXTERNAL_ID))
                        .orElse(null),
                parameters.text("external_url").map(IncidentApi::url).orElse(null),
                opened,
                parameters.time("impact_started_at").orElse(null),
                recovered);
        IncidentAnswer.Done done = done(incidents.open(project, actor, told));
        return ResponseEntity.status(done.changed() ? 201 : 200).body(json.of(project, actor, done.incident()));
    }

    private Optional<Deployment> deployment(
            ProjectFacts project, @Nullable Environment environment, Parameters parameters) {
        return parameters
                .number("deployment_id")
                .map(id -> deployments
                        .find(id)
                        .filter(found -> found.projectId() == project.id())
                        .filter(found -> environment == null || found.environmentId() == environment.id())
                        .orElseThrow(() -> ApiException.notFound("Deployment")));
    }

    private static String bounded(String name, String text, int longest) {
        if (text.length() > longest) {
            throw ApiException.invalid(name, "is too long (maximum is " + longest + " characters)");
        }
        return text.strip();
    }

    private static String url(String text) {
        if (!text.matches("https?://\\S+") || text.length() > LONGEST_URL) {
            throw ApiException.invalid("external_url", "must be an http or https address");
        }
        return text;
    }

    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping(INCIDENT + "/acknowledge")
    IncidentJson acknowledge(ProjectFacts project, Actor actor, @PathVariable long incident) {
        return answer(project, actor, incidents.acknowledge(project, actor, incident));
    }

    /** {@code username} or {@code user_id}; neither, or an empty name, for nobody. */
    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping(INCIDENT + "/assign")
    IncidentJson assign(ProjectFacts project, Actor actor, @PathVariable long incident, Parameters parameters) {
        User to = parameters
                .number("user_id")
                .map(id -> users.find(new UserId(id)).orElseThrow(() -> ApiException.notFound("User")))
                .or(() -> parameters
                        .text("username")
                        .filter(name -> !name.isBlank())
                        .map(name -> users.find(name).orElseThrow(() -> ApiException.notFound("User"))))
                .orElse(null);
        if (to != null
                && !to.admin()
                && members.role(MemberSource.of(project), to.id()).isEmpty()) {
            throw new ApiException(400, to.username() + " is not a member of this project.");
        }
        return answer(
                project,
                actor,
                incidents.assign(project, actor, incident, to == null ? null : to.id(), to == null ? "" : to.name()));
    }

    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping(INCIDENT + "/notes")
    ResponseEntity<IncidentJson> note(
            ProjectFacts project, Actor actor, @PathVariable long incident, Parameters parameters) {
        IncidentAnswer answer = incidents.note(project, actor, incident, parameters.requiredText("body"));
        return ResponseEntity.status(201).body(answer(project, actor, answer));
    }

    @Requires(Permission.HANDLE_INCIDENT)
    @PostMapping(INCIDENT + "/resolve")
    IncidentJson resolve(ProjectFacts project, Actor actor, @PathVariable long incident, Parameters parameters) {
        String note = parameters.text("note").orElse(null);
        return answer(project, actor, incidents.resolve(project, actor, incident, note));
    }

    private IncidentJson answer(ProjectFacts project, Actor actor, IncidentAnswer answer) {
        return json.of(project, actor, done(answer).incident());
    }

    private static IncidentAnswer.Done done(IncidentAnswer answer) {
        return switch (answer) {
            case IncidentAnswer.Done done -> done;
            case IncidentAnswer.Refused refused ->
                throw new ApiException(
                        switch (refused.why()) {
                            case INVALID -> 400;
                            case MISSING -> 404;
                            case CONFLICT -> 409;
                        },
                        refused.reason());
        };
    }
}
