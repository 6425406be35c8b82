package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Member;
import dev.tandem.server.identity.MemberChange;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Members of a project. */
@Controller
public final class MemberPages {
    private static final String PATH = "/-/project_members";

    private final Members members;
    private final Membership membership;
    private final Users users;
    private final Access access;

    MemberPages(Members members, Membership membership, Users users, Access access) {
        this.members = members;
        this.membership = membership;
        this.users = users;
        this.access = access;
    }

    /**
     * What the page shows.
     *
     * @param roles those that the viewer may give, lowest first; empty for who may not change members
     */
    public record Model(
            ProjectNav project,
            List<Member> members,
            List<Role> roles,
            Pager pager,
            String username,
            @Nullable String problem) {

        public String word(Role role) {
            return role.name().toLowerCase(Locale.ROOT);
        }

        public boolean mayChange(Member member) {
            return roles.contains(member.role());
        }
    }

    @Requires(Permission.READ_PROJECT)
    @GetMapping("/{project}" + PATH)
    Page list(Actor actor, ProjectFacts project, @RequestParam(defaultValue = "1") int page) {
        return page(200, actor, project, page, "", null);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/{project}" + PATH)
    @Nullable
    Page add(
            Actor actor,
            ProjectFacts project,
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "0") int role,
            HttpServletResponse response)
            throws IOException {
        Optional<User> user = users.find(username.strip());
        if (user.isEmpty()) {
            return page(422, actor, project, 1, username, "identity.members.no-such-user");
        }
        MemberChange change = membership.add(actor, project, user.get(), role(role));
        return after(change, actor, project, user.get(), "identity.members.added", response);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/{project}" + PATH + "/{user}/role")
    @Nullable
    Page change(
            Actor actor,
            ProjectFacts project,
            @PathVariable long user,
            @RequestParam(defaultValue = "0") int role,
            HttpServletResponse response)
            throws IOException {
        User found = user(user);
        MemberChange change = membership.change(actor, project, found, role(role));
        return after(change, actor, project, found, "identity.members.changed", response);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/{project}" + PATH + "/{user}/remove")
    @Nullable
    Page remove(Actor actor, ProjectFacts project, @PathVariable long user, HttpServletResponse response)
            throws IOException {
        User found = user(user);
        MemberChange change = membership.remove(actor, project, found);
        return after(change, actor, project, found, "identity.members.removed", response);
    }

    private @Nullable Page after(
            MemberChange change,
            Actor actor,
            ProjectFacts project,
            User user,
            String message,
            HttpServletResponse response)
            throws IOException {
        return switch (change) {
            case MemberChange.Done() -> {
                Flash.leave(response, message, user.username());
                response.sendRedirect("/" + project.fullPath() + PATH);
                yield null;
            }
            case MemberChange.AlreadyMember() ->
                page(422, actor, project, 1, user.username(), "identity.members.already");
            case MemberChange.NotAMember() -> throw new AccessRefused(404);
            case MemberChange.LastOwner() -> page(422, actor, project, 1, "", "identity.members.last-owner");
        };
    }

    private User user(long id) {
        return Optional.of(id)
                .filter(number -> number > 0)
                .flatMap(number -> users.find(new UserId(number)))
                .orElseThrow(() -> new AccessRefused(404));
    }

    private static Role role(int accessLevel) {
        return Role.of(accessLevel).orElseThrow(() -> new AccessRefused(400));
    }

    private Page page(
            int status, Actor actor, ProjectFacts project, int page, String username, @Nullable String problem) {
        boolean manages =
                access.decide(actor, Permission.MANAGE_MEMBERS, project).isAllowed();
        List<Role> roles = access.effectiveRole(actor, project.id())
                .filter(own -> manages)
                .map(own -> Arrays.stream(Role.values()).filter(own::atLeast).toList())
                .orElse(List.of());
        Paging paging = Pager.paging(page);
        ProjectNav nav = new ProjectNav(project.id(), project.fullPath(), project.name());
        Model model = new Model(
                nav,
                members.list(project.id(), paging.offset(), paging.limit()),
                roles,
                Pager.of(paging, members.count(project.id()), nav.path(PATH)),
                username,
                problem);
        return new Page("identity/members.jte", model, status);
    }
}
