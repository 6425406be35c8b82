package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.GroupChange;
import dev.tandem.server.identity.GroupEdit;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.NewGroup;
import dev.tandem.server.identity.PathSegment;
import dev.tandem.server.identity.Restoration;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.GroupNav;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.Problems;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The list of groups, making one, and its settings. */
@Controller
public final class GroupPages {
    static final String LIST = "/-/groups";
    static final String NEW = "/-/groups/new";
    static final String SETTINGS = "/-/edit";

    private static final int MOST_PARENTS = 500;

    private final Namespaces namespaces;
    private final Access access;
    private final ServerUrls urls;

    GroupPages(Namespaces namespaces, Access access, ServerUrls urls) {
        this.namespaces = namespaces;
        this.access = access;
        this.urls = urls;
    }

    /** The list. */
    public record ListModel(List<Namespace> groups, String search, Pager pager) {}

    /**
     * The form for a new group.
     *
     * @param parent the group that it will lie in; null at the top
     * @param root what stands before the path
     * @param problemField field that is wrong; null when the form is fresh
     */
    public record NewModel(
            @Nullable Namespace parent,
            String root,
            String name,
            String path,
            String description,
            boolean isPublic,
            @Nullable String problemField,
            @Nullable String problem) {}

    /**
     * The settings.
     *
     * @param path as it stands in the form that renames
     * @param parents groups that this person may take it to
     * @param undoDays how long it can be brought back when it is deleted
     */
    public record SettingsModel(
            Namespace group,
            GroupEdit edit,
            String path,
            List<Namespace> parents,
            long undoDays,
            @Nullable String problemField,
            @Nullable String problem) {
        public GroupNav nav() {
            return new GroupNav(group.id(), group.fullPath(), group.name());
        }

        public String address() {
            return nav().path(SETTINGS);
        }
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping(LIST)
    Page list(
            Actor.Person person,
            @RequestParam(defaultValue = "") String search,
            @RequestParam(defaultValue = "1") int page) {
        Namespaces.Filter filter = Namespaces.Filter.groups(search.strip());
        Paging paging = Pager.paging(page);
        List<Namespace> found = namespaces.list(person, filter, paging.offset(), paging.limit());
        Pager pager = Pager.of(paging, namespaces.count(person, filter), LIST, "search", search);
        return new Page("identity/groups.jte", new ListModel(found, search, pager));
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping(NEW)
    Page form(Actor.Person person, @RequestParam(name = "parent", required = false) @Nullable Long parentId) {
        Optional<Namespace> parent = parent(person, parentId);
        boolean isPublic = parent.filter(Namespace::isPublic).isPresent();
        return new Page(
                "identity/newgroup.jte",
                new NewModel(parent.orElse(null), root(parent), "", "", "", isPublic, null, null));
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(NEW)
    @Nullable
    Page create(
            Actor.Person person,
            @RequestParam(name = "parent", required = false) @Nullable Long parentId,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String path,
            @RequestParam(defaultValue = "") String description,
            @RequestParam(defaultValue = "private") String visibility,
            HttpServletResponse response)
            throws IOException {
        NewGroup wanted = new NewGroup(
                parent(person, parentId),
                path.isBlank() ? PathSegment.from(name) : path.strip(),
                name.strip(),
                description.strip(),
                visibility.equals("public"));
        return switch (namespaces.create(person, person.user().id(), wanted)) {
            case GroupChange.Done(Namespace group) -> {
                Flash.leave(response, "identity.groups.created", group.fullPath());
                response.sendRedirect("/" + group.fullPath());
                yield null;
            }
            case GroupChange.PathTaken taken -> again(wanted, "path", "has already been taken");
            case GroupChange.Invalid(String field, String problem) -> again(wanted, field, problem);
        };
    }

    @Requires(Permission.MANAGE_GROUP)
    @GetMapping("/groups/{group}" + SETTINGS)
    Page settings(Actor actor, Namespace group) {
        return settings(200, actor, group, GroupEdit.of(group), group.path(), null);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/groups/{group}" + SETTINGS)
    @Nullable
    Page edit(
            Actor actor,
            Namespace group,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String description,
            @RequestParam(defaultValue = "private") String visibility,
            HttpServletResponse response)
            throws IOException {
        GroupEdit edit = new GroupEdit(name.strip(), description.strip(), visibility.equals("public"));
        GroupChange change = namespaces.edit(actor, group, edit);
        if (change instanceof GroupChange.Invalid(String field, String problem)) {
            return settings(422, actor, group, edit, group.path(), new GroupChange.Invalid(field, problem));
        }
        Flash.leave(response, "identity.groups.saved");
        response.sendRedirect("/groups/" + group.fullPath() + SETTINGS);
        return null;
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/groups/{group}" + SETTINGS + "/rename")
    @Nullable
    Page rename(
            Actor actor, Namespace group, @RequestParam(defaultValue = "") String path, HttpServletResponse response)
            throws IOException {
        Optional<Namespace> parent = group.parentId().flatMap(namespaces::find);
        return moved(actor, group, path.strip(), namespaces.move(actor, group, parent, path.strip()), response);
    }

    /** @param parentId the group that it shall lie in; absent for the top */
    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/groups/{group}" + SETTINGS + "/transfer")
    @Nullable
    Page transfer(
            Actor.Person person,
            Namespace group,
            @RequestParam(name = "parent", required = false) @Nullable Long parentId,
            HttpServletResponse response)
            throws IOException {
        GroupChange change = namespaces.move(person, group, parent(person, parentId), group.path());
        return moved(person, group, group.path(), change, response);
    }

    private @Nullable Page moved(
            Actor actor, Namespace group, String path, GroupChange change, HttpServletResponse response)
            throws IOException {
        return switch (change) {
            case GroupChange.Done(Namespace moved) -> {
                Flash.leave(response, "identity.groups.moved", moved.fullPath());
                response.sendRedirect("/groups/" + moved.fullPath() + SETTINGS);
                yield null;
            }
            case GroupChange.PathTaken taken ->
                settings(
                        422,
                        actor,
                        group,
                        GroupEdit.of(group),
                        path,
                        new GroupChange.Invalid("path", "has already been taken"));
            case GroupChange.Invalid(String field, String problem) ->
                settings(
                        422,
                        actor,
                        group,
                        GroupEdit.of(group),
                        path,
                        new GroupChange.Invalid(field.equals("path") ? field : "parent", problem));
        };
    }

    private Page settings(
            int status,
            Actor actor,
            Namespace group,
            GroupEdit edit,
            String path,
            GroupChange.@Nullable Invalid problem) {
        Namespaces.Filter filter = new Namespaces.Filter(
                "", new Namespaces.In.Anywhere(), Optional.of(Permission.DIVIDE_GROUP.from()), false);
        SettingsModel model = new SettingsModel(
                group,
                edit,
                path,
                namespaces.list(actor, filter, 0, MOST_PARENTS).stream()
                        .filter(parent -> !(parent.fullPath() + "/").startsWith(group.fullPath() + "/"))
                        .toList(),
                namespaces.undo().toDays(),
                problem == null ? null : problem.field(),
                problem == null ? null : Problems.key(problem.problem()));
        return new Page("identity/groupsettings.jte", model, status);
    }

    @Requires(Permission.DELETE_GROUP)
    @PostMapping("/groups/{group}" + SETTINGS + "/delete")
    void delete(Actor actor, Namespace group, HttpServletResponse response) throws IOException {
        namespaces.mark(actor, group);
        Flash.leave(response, "identity.groups.deleted", group.fullPath());
        response.sendRedirect(namespaces.undo().isZero() ? LIST : "/" + group.fullPath());
    }

    /** Of a group that is marked for deletion already. */
    @Requires(Permission.DELETE_GROUP)
    @PostMapping("/groups/{group}" + SETTINGS + "/delete-now")
    void deleteNow(Actor actor, Namespace group, HttpServletResponse response) throws IOException {
        if (group.mark().isEmpty()) {
            throw new AccessRefused(404);
        }
        namespaces.delete(actor, group);
        Flash.leave(response, "identity.groups.deleted", group.fullPath());
        response.sendRedirect(LIST);
    }

    @Requires(Permission.DELETE_GROUP)
    @PostMapping("/groups/{group}" + SETTINGS + "/restore")
    void restore(Actor actor, Namespace group, HttpServletResponse response) throws IOException {
        boolean done = namespaces.restore(actor, group) instanceof Restoration.Done;
        Flash.leave(response, done ? "code.marked.restored" : "code.marked.not-restored", group.fullPath());
        response.sendRedirect("/" + group.fullPath());
    }

    private Page again(NewGroup wanted, String field, String problem) {
        NewModel model = new NewModel(
                wanted.parent().orElse(null),
                root(wanted.parent()),
                wanted.name(),
                wanted.path(),
                wanted.description(),
                wanted.isPublic(),
                field,
                Problems.key(problem));
        return new Page("identity/newgroup.jte", model, 422);
    }

    private Optional<Namespace> parent(Actor.Person person, @Nullable Long id) {
        if (id == null) {
            return Optional.empty();
        }
        Namespace parent = namespaces
                .find(id)
                .filter(Namespace::isGroup)
                .filter(found ->
                        access.decide(person, Permission.READ_GROUP, found).isAllowed())
                .orElseThrow(() -> new AccessRefused(404));
        if (!access.decide(person, Permission.DIVIDE_GROUP, parent).isAllowed()) {
            throw new AccessRefused(403, "identity.groups.not-there");
        }
        return Optional.of(parent);
    }

    private String root(Optional<Namespace> parent) {
        return urls.external() + "/"
                + parent.map(group -> group.fullPath() + "/").orElse("");
    }
}
