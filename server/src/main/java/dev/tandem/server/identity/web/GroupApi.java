package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.GroupChange;
import dev.tandem.server.identity.GroupEdit;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.NewGroup;
import dev.tandem.server.identity.Restoration;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** {@code /api/v4/groups} and {@code /api/v4/namespaces}. */
@RestController
final class GroupApi {
    private final Namespaces namespaces;
    private final Access access;
    private final ServerUrls urls;

    GroupApi(Namespaces namespaces, Access access, ServerUrls urls) {
        this.namespaces = namespaces;
        this.access = access;
        this.urls = urls;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record GroupJson(
            long id,
            String webUrl,
            String name,
            String path,
            @Nullable String description,
            String visibility,
            boolean requestAccessEnabled,
            String projectCreationLevel,
            String subgroupCreationLevel,
            boolean lfsEnabled,
            @Nullable String avatarUrl,
            String fullName,
            String fullPath,
            Instant createdAt,
            @Nullable Long parentId,
            List<String> sharedWithGroups,
            @Nullable LocalDate markedForDeletionOn) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record NamespaceJson(
            long id,
            String name,
            String path,
            String kind,
            String fullPath,
            @Nullable Long parentId,
            @Nullable String avatarUrl,
            String webUrl) {}

    record ExistsJson(boolean exists, List<String> suggests) {}

    @Requires(Permission.ANYONE)
    @GetMapping("/api/v4/groups")
    Listing<GroupJson> list(Actor actor, Parameters parameters) {
        boolean top = parameters.flag("top_level_only").orElse(false);
        return groups(actor, parameters, top ? new Namespaces.In.Top() : new Namespaces.In.Anywhere());
    }

    @Requires(Permission.READ_GROUP)
    @GetMapping("/api/v4/groups/{id}")
    GroupJson get(Namespace group) {
        return json(group);
    }

    @Requires(Permission.READ_GROUP)
    @GetMapping("/api/v4/groups/{id}/subgroups")
    Listing<GroupJson> subgroups(Actor actor, Namespace group, Parameters parameters) {
        return groups(actor, parameters, new Namespaces.In.Group(group.id()));
    }

    @Requires(Permission.READ_GROUP)
    @GetMapping("/api/v4/groups/{id}/descendant_groups")
    Listing<GroupJson> descendants(Actor actor, Namespace group, Parameters parameters) {
        return groups(actor, parameters, new Namespaces.In.Below(group.id()));
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping("/api/v4/groups")
    @ResponseStatus(HttpStatus.CREATED)
    GroupJson create(Actor.Person person, Parameters parameters) {
        NewGroup wanted = new NewGroup(
                parameters.text("parent_id").filter(id -> !id.isBlank()).map(id -> parent(person, id)),
                parameters.requiredText("path"),
                parameters.requiredText("name"),
                parameters.text("description").orElse(""),
                visibility(parameters).orElse(false));
        return json(done(namespaces.create(person, person.user().id(), wanted)));
    }

    @Requires(Permission.MANAGE_GROUP)
    @PutMapping("/api/v4/groups/{id}")
    GroupJson edit(Actor actor, Namespace group, Parameters parameters) {
        GroupEdit edit = new GroupEdit(
                parameters.text("name").orElse(group.name()),
                parameters.text("description").orElse(group.description()),
                visibility(parameters).orElse(group.isPublic()));
        Namespace edited = done(namespaces.edit(actor, group, edit));
        Optional<String> path = parameters.text("path").filter(wanted -> !wanted.equals(group.path()));
        return json(path.isEmpty() ? edited : done(namespaces.move(actor, edited, parent(edited), path.get())));
    }

    /** @param parameters {@code group_id}: the group that it shall lie in; absent for the top */
    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/api/v4/groups/{id}/transfer")
    @ResponseStatus(HttpStatus.CREATED)
    GroupJson transfer(Actor.Person person, Namespace group, Parameters parameters) {
        Optional<Namespace> to =
                parameters.text("group_id").filter(id -> !id.isBlank()).map(id -> parent(person, id));
        return json(done(namespaces.move(person, group, to, group.path())));
    }

    private Optional<Namespace> parent(Namespace group) {
        return group.parentId().flatMap(namespaces::find);
    }

    @Requires(Permission.DELETE_GROUP)
    @DeleteMapping("/api/v4/groups/{id}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> delete(Actor actor, Namespace group, Parameters parameters) {
        if (!parameters.flag("permanently_remove").orElse(false)) {
            namespaces.mark(actor, group);
        } else if (group.mark().isEmpty()) {
            throw new ApiException(400, "Group must be marked for deletion first.");
        } else if (!parameters
                .text("full_path")
                .filter(group.fullPath()::equals)
                .isPresent()) {
            throw new ApiException(400, "`full_path` is incorrect. You must enter the complete path for the group.");
        } else {
            namespaces.delete(actor, group);
        }
        return Map.of("message", "202 Accepted");
    }

    @Requires(Permission.DELETE_GROUP)
    @PostMapping("/api/v4/groups/{id}/restore")
    @ResponseStatus(HttpStatus.CREATED)
    GroupJson restore(Actor actor, Namespace group) {
        return switch (namespaces.restore(actor, group)) {
            case Restoration.Done() -> json(namespaces.find(group.id()).orElse(group));
            case Restoration.NotMarked() -> throw new ApiException(400, "Group has not been marked for deletion");
            case Restoration.WithGroup(long above) ->
                throw new ApiException(400, "Group is marked for deletion with group " + above + "; restore that");
        };
    }

    /** The caller's own namespace, and the groups where the caller may make projects or, as administrator, all. */
    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/namespaces")
    Listing<NamespaceJson> namespaces(Actor.Person person, Parameters parameters) {
        boolean owned = parameters.flag("owned_only").orElse(false);
        Optional<Role> role =
                person.user().admin() && !owned ? Optional.empty() : Optional.of(owned ? Role.OWNER : Role.GUEST);
        Namespaces.Filter filter =
                new Namespaces.Filter(parameters.text("search").orElse(""), new Namespaces.In.Anywhere(), role, true);
        Paging paging = parameters.paging();
        List<Namespace> found = namespaces.list(person, filter, paging.offset(), paging.limit());
        return new Listing<>(found, namespaces.count(person, filter), paging).map(this::namespace);
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/namespaces/{namespace}")
    NamespaceJson namespace(Actor.Person person, @PathVariable("namespace") String idOrPath) {
        return namespaces
                .find(idOrPath)
                .filter(found -> sees(person, found))
                .map(this::namespace)
                .orElseThrow(() -> ApiException.notFound("Namespace"));
    }

    /** Also tells of what the caller may not see, as it cannot be taken either. */
    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/v4/namespaces/{namespace}/exists")
    ExistsJson exists(@PathVariable("namespace") String path, Parameters parameters) {
        Optional<Namespace> parent = parameters.number("parent_id").flatMap(namespaces::find);
        String fullPath = parent.map(above -> above.fullPath() + "/").orElse("") + path;
        if (!namespaces.isTaken(fullPath)) {
            return new ExistsJson(false, List.of());
        }
        String free = java.util.stream.IntStream.iterate(1, i -> i + 1)
                .mapToObj(i -> path + i)
                .filter(each -> !namespaces.isTaken(
                        parent.map(above -> above.fullPath() + "/").orElse("") + each))
                .findFirst()
                .orElseThrow();
        return new ExistsJson(true, List.of(free));
    }

    private boolean sees(Actor.Person person, Namespace namespace) {
        return namespace.isGroup()
                ? access.decide(person, Permission.READ_GROUP, namespace).isAllowed()
                : person.user().admin() || namespace.userId().equals(person.userId());
    }

    private Listing<GroupJson> groups(Actor actor, Parameters parameters, Namespaces.In in) {
        Optional<Role> role = parameters.flag("owned").orElse(false)
                ? Optional.of(Role.OWNER)
                : parameters.number("min_access_level").flatMap(level -> Role.of(Math.clamp(level, 0, 100)));
        Namespaces.Filter filter =
                new Namespaces.Filter(parameters.text("search").orElse(""), in, role, false);
        Paging paging = parameters.paging();
        List<Namespace> found = namespaces.list(actor, filter, order(parameters), paging.offset(), paging.limit());
        return new Listing<>(found, namespaces.count(actor, filter), paging).map(this::json);
    }

    /** By name, as GitLab does; {@code similarity} is no order here, so it means the same. */
    private static Namespaces.Order order(Parameters parameters) {
        Namespaces.By by = switch (parameters.text("order_by").orElse("name")) {
            case "name", "similarity" -> Namespaces.By.NAME;
            case "path" -> Namespaces.By.PATH;
            case "id" -> Namespaces.By.ID;
            default -> throw ApiException.malformed("order_by");
        };
        return switch (parameters.text("sort").orElse("asc")) {
            case "asc" -> new Namespaces.Order(by, false);
            case "desc" -> new Namespaces.Order(by, true);
            default -> throw ApiException.malformed("sort");
        };
    }

    private Namespace parent(Actor.Person person, String id) {
        Namespace parent = namespaces
                .find(id)
                .filter(Namespace::isGroup)
                .filter(found -> sees(person, found))
                .orElseThrow(() -> ApiException.notFound("Group"));
        if (!access.decide(person, Permission.DIVIDE_GROUP, parent).isAllowed()) {
            throw ApiException.forbidden();
        }
        return parent;
    }

    private static Namespace done(GroupChange change) {
        return switch (change) {
            case GroupChange.Done(Namespace group) -> group;
            case GroupChange.PathTaken taken -> throw ApiException.invalid("path", "has already been taken");
            case GroupChange.Invalid(String field, String problem) -> throw ApiException.invalid(field, problem);
        };
    }

    /** Whether it is public; GitLab's third one, internal, does not exist here. */
    private static Optional<Boolean> visibility(Parameters parameters) {
        return parameters.text("visibility").map(word -> switch (word) {
            case "public" -> true;
            case "private" -> false;
            default -> throw ApiException.malformed("visibility");
        });
    }

    private GroupJson json(Namespace group) {
        return new GroupJson(
                group.id(),
                urls.external() + "/groups/" + group.fullPath(),
                group.name(),
                group.path(),
                group.description(),
                group.isPublic() ? "public" : "private",
                false,
                "developer",
                "maintainer",
                false,
                null,
                namespaces.fullName(group),
                group.fullPath(),
                group.createdAt(),
                group.parentId().orElse(null),
                List.of(),
                group.mark()
                        .map(mark -> LocalDate.ofInstant(mark.at(), ZoneOffset.UTC))
                        .orElse(null));
    }

    private NamespaceJson namespace(Namespace namespace) {
        return new NamespaceJson(
                namespace.id(),
                namespace.name(),
                namespace.path(),
                namespace.kind().word(),
                namespace.fullPath(),
                namespace.parentId().orElse(null),
                null,
                urls.external() + (namespace.isGroup() ? "/groups/" : "/") + namespace.fullPath());
    }
}
