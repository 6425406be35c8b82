package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** The groups to which the caller may take a project or a group. */
@RestController
final class TransferLocationsApi {
    private final Namespaces namespaces;
    private final ServerUrls urls;

    TransferLocationsApi(Namespaces namespaces, ServerUrls urls) {
        this.namespaces = namespaces;
        this.urls = urls;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record LocationJson(
            long id, String webUrl, String name, @Nullable String avatarUrl, String fullName, String fullPath) {}

    @Requires(Permission.TRANSFER_PROJECT)
    @GetMapping("/api/v4/projects/{id}/transfer_locations")
    Listing<LocationJson> ofProject(Actor.Person person, ProjectFacts project, Parameters parameters) {
        Optional<Long> holder = namespaces.holding(project.id()).map(Namespace::id);
        return list(person, parameters, new Namespaces.In.Elsewhere(holder, Optional.empty()), Permission.FILL_GROUP);
    }

    /** Without the group itself, what lies in it and what it lies in already. */
    @Requires(Permission.MANAGE_GROUP)
    @GetMapping("/api/v4/groups/{id}/transfer_locations")
    Listing<LocationJson> ofGroup(Actor.Person person, Namespace group, Parameters parameters) {
        Namespaces.In in = new Namespaces.In.Elsewhere(group.parentId(), Optional.of(group.id()));
        return list(person, parameters, in, Permission.DIVIDE_GROUP);
    }

    private Listing<LocationJson> list(
            Actor.Person person, Parameters parameters, Namespaces.In in, Permission needed) {
        Optional<Role> role = person.user().admin() ? Optional.empty() : Optional.of(needed.from());
        Namespaces.Filter filter =
                new Namespaces.Filter(parameters.text("search").orElse(""), in, role, false);
        Paging paging = parameters.paging();
        List<Namespace> found = namespaces.list(person, filter, paging.offset(), paging.limit());
        return new Listing<>(found, namespaces.count(person, filter), paging).map(this::json);
    }

    private LocationJson json(Namespace group) {
        return new LocationJson(
                group.id(),
                urls.external() + "/groups/" + group.fullPath(),
                group.name(),
                null,
                namespaces.fullName(group),
                group.fullPath());
    }
}
