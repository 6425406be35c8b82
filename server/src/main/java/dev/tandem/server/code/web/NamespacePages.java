package dev.tandem.server.code.web;

import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.GroupNav;
import dev.tandem.server.platform.web.Page;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** What lies in a group, and in the namespace of a user. */
@Controller
public final class NamespacePages {
    private static final int PER_PAGE = 50;
    private static final int MOST_GROUPS = 500;

    private final Namespaces namespaces;
    private final Projects projects;
    private final Members members;
    private final Access access;

    NamespacePages(Namespaces namespaces, Projects projects, Members members, Access access) {
        this.namespaces = namespaces;
        this.projects = projects;
        this.members = members;
        this.access = access;
    }

    /**
     * The page of a group.
     *
     * @param role of who looks; null for no member
     * @param members how many there are, those of the groups above, too
     * @param mayFill whether who looks may make projects here
     * @param mayDivide whether who looks may make groups here
     * @param marked null while it is not marked for deletion
     */
    public record GroupModel(
            Namespace group,
            List<Namespace> groups,
            ProjectList projects,
            int members,
            @Nullable String role,
            boolean mayFill,
            boolean mayDivide,
            @Nullable Marked marked) {
        public GroupNav nav() {
            return new GroupNav(group.id(), group.fullPath(), group.name());
        }

        public boolean isEmpty() {
            return groups.isEmpty() && projects.isEmpty();
        }
    }

    /** The page of a user. */
    public record UserModel(Namespace user, ProjectList projects) {}

    /** One page of projects; addresses of those before and after are null where there is none. */
    public record ProjectList(
            List<Project> shown,
            @Nullable String previous,
            @Nullable String next) {
        public boolean isEmpty() {
            return shown.isEmpty() && previous == null;
        }
    }

    @GetMapping("/groups/{group}")
    @Requires(Permission.READ_GROUP)
    Page group(Actor actor, Namespace group, @RequestParam(name = "page", defaultValue = "1") int page) {
        Namespaces.Filter below =
                new Namespaces.Filter("", new Namespaces.In.Group(group.id()), Optional.empty(), false);
        MemberSource source = MemberSource.of(group);
        return new Page(
                "code/group.jte",
                new GroupModel(
                        group,
                        namespaces.list(actor, below, 0, MOST_GROUPS),
                        list(actor, group, page),
                        members.countAll(source, ""),
                        access.effectiveRole(actor, source)
                                .map(NamespacePages::word)
                                .orElse(null),
                        access.mayFill(actor, group),
                        access.decide(actor, Permission.DIVIDE_GROUP, group).isAllowed(),
                        marked(group)));
    }

    @GetMapping("/users/{user}")
    @Requires(Permission.SIGNED_IN)
    Page user(
            Actor actor,
            @PathVariable("user") String username,
            @RequestParam(name = "page", defaultValue = "1") int page) {
        return namespaces
                .findByPath(username)
                .filter(namespace -> !namespace.isGroup())
                .map(namespace -> new Page("code/user.jte", new UserModel(namespace, list(actor, namespace, page))))
                .orElseGet(() -> ErrorPages.of(404, null));
    }

    private @Nullable Marked marked(Namespace group) {
        return group.mark()
                .map(mark -> Marked.of(
                        group.fullPath(), "/groups/" + group.fullPath() + "/-/edit", mark, namespaces.deletedAt(mark)))
                .orElse(null);
    }

    /** What one deleted and can still bring back. */
    public record MarkedModel(List<Namespace> groups, List<Project> projects) {}

    @GetMapping("/-/marked")
    @Requires(Permission.SIGNED_IN)
    Page marked(Actor.Person person) {
        return new Page("code/markedlist.jte", new MarkedModel(namespaces.marked(person), projects.marked(person)));
    }

    private ProjectList list(Actor actor, Namespace namespace, int asked) {
        int page = Math.clamp(asked, 1, 100_000);
        Projects.Filter filter = Projects.Filter.in(new Projects.In(namespace.id(), false));
        List<Project> found = projects.list(actor, filter, (page - 1) * PER_PAGE, PER_PAGE + 1);
        String address = "/" + namespace.fullPath() + "?page=";
        return new ProjectList(
                found.subList(0, Math.min(PER_PAGE, found.size())),
                page > 1 ? address + (page - 1) : null,
                found.size() > PER_PAGE ? address + (page + 1) : null);
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
