package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Invitation;
import dev.tandem.server.identity.Invitations;
import dev.tandem.server.identity.Member;
import dev.tandem.server.identity.MemberChange;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.Namespace;
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
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
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

/** Members of a project, and of a group. */
@Controller
public final class MemberPages {
    static final String PROJECT = "/-/project_members";
    static final String GROUP = "/-/group_members";
    private static final int SHOWN_INVITATIONS = 100;

    private final Members members;
    private final Membership membership;
    private final Invitations invitations;
    private final Users users;
    private final Access access;

    MemberPages(Members members, Membership membership, Invitations invitations, Users users, Access access) {
        this.invitations = invitations;
        this.members = members;
        this.membership = membership;
        this.users = users;
        this.access = access;
    }

    /**
     * What the page shows.
     *
     * @param members those of the groups above, too
     * @param roles those that the viewer may give, lowest first; empty for who may not change members
     * @param invitations open ones; for those who may change members
     * @param link one just made; only ever in the answer to the form
     */
    public record Model(
            MemberPlace place,
            List<Member> members,
            List<Role> roles,
            Pager pager,
            List<Invitation> invitations,
            InviteForm form,
            @Nullable Link link,
            String username,
            @Nullable String problem) {

        public String word(Role role) {
            return role.name().toLowerCase(Locale.ROOT);
        }

        public boolean mayChange(Member member) {
            return member.inheritedFrom().isEmpty() && roles.contains(member.role());
        }

        public String address(Member member) {
            return place.members() + "/" + member.user().id();
        }
    }

    /** What stands in the form that invites. */
    public record InviteForm(int role, String email, String expires, String days, String uses) {
        static final InviteForm EMPTY =
                new InviteForm(Role.DEVELOPER.accessLevel(), "", "", Integer.toString(Invitations.DEFAULT_DAYS), "1");
    }

    /**
     * An invitation to be handed over.
     *
     * @param mailedTo whom the server sent it to; null for nobody
     */
    public record Link(String url, @Nullable String mailedTo) {}

    @Requires(Permission.READ_PROJECT)
    @GetMapping("/{project}" + PROJECT)
    Page list(Actor actor, ProjectFacts project, @RequestParam(defaultValue = "1") int page) {
        return page(200, actor, MemberPlace.of(project), page, "", null);
    }

    @Requires(Permission.READ_GROUP)
    @GetMapping("/groups/{group}" + GROUP)
    Page list(Actor actor, Namespace group, @RequestParam(defaultValue = "1") int page) {
        return page(200, actor, MemberPlace.of(group), page, "", null);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/{project}" + PROJECT)
    @Nullable
    Page add(
            Actor actor,
            ProjectFacts project,
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "0") int role,
            @RequestParam(defaultValue = "") String expires,
            HttpServletResponse response)
            throws IOException {
        return add(actor, MemberPlace.of(project), username, role, expires, response);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/groups/{group}" + GROUP)
    @Nullable
    Page add(
            Actor actor,
            Namespace group,
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "0") int role,
            @RequestParam(defaultValue = "") String expires,
            HttpServletResponse response)
            throws IOException {
        return add(actor, MemberPlace.of(group), username, role, expires, response);
    }

    private @Nullable Page add(
            Actor actor, MemberPlace place, String username, int role, String expires, HttpServletResponse response)
            throws IOException {
        Optional<User> user = users.find(username.strip());
        if (user.isEmpty()) {
            return page(422, actor, place, 1, username, "identity.members.no-such-user");
        }
        MemberChange change = isDay(expires)
                ? membership.add(actor, place, user.get(), role(role), day(expires))
                : new MemberChange.DayOver();
        return after(change, actor, place, user.get(), "identity.members.added", response);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/{project}" + PROJECT + "/{user}/role")
    @Nullable
    Page change(
            Actor actor,
            ProjectFacts project,
            @PathVariable long user,
            @RequestParam(defaultValue = "0") int role,
            @RequestParam(defaultValue = "") String expires,
            HttpServletResponse response)
            throws IOException {
        return change(actor, MemberPlace.of(project), user, role, expires, response);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/groups/{group}" + GROUP + "/{user}/role")
    @Nullable
    Page change(
            Actor actor,
            Namespace group,
            @PathVariable long user,
            @RequestParam(defaultValue = "0") int role,
            @RequestParam(defaultValue = "") String expires,
            HttpServletResponse response)
            throws IOException {
        return change(actor, MemberPlace.of(group), user, role, expires, response);
    }

    private @Nullable Page change(
            Actor actor, MemberPlace place, long user, int role, String expires, HttpServletResponse response)
            throws IOException {
        User found = user(user);
        MemberChange change = isDay(expires)
                ? membership.change(actor, place, found, role(role), day(expires))
                : new MemberChange.DayOver();
        return after(change, actor, place, found, "identity.members.changed", response);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/{project}" + PROJECT + "/{user}/remove")
    @Nullable
    Page remove(Actor actor, ProjectFacts project, @PathVariable long user, HttpServletResponse response)
            throws IOException {
        return remove(actor, MemberPlace.of(project), user, response);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/groups/{group}" + GROUP + "/{user}/remove")
    @Nullable
    Page remove(Actor actor, Namespace group, @PathVariable long user, HttpServletResponse response)
            throws IOException {
        return remove(actor, MemberPlace.of(group), user, response);
    }

    private @Nullable Page remove(Actor actor, MemberPlace place, long user, HttpServletResponse response)
            throws IOException {
        User found = user(user);
        MemberChange change = membership.remove(actor, place, found);
        return after(change, actor, place, found, "identity.members.removed", response);
    }

    /** Nobody needs a role to give up the own one. */
    @Requires(Permission.READ_PROJECT)
    @PostMapping("/{project}" + PROJECT + "/{user}/leave")
    @Nullable
    Page leave(Actor actor, ProjectFacts project, @PathVariable long user, HttpServletResponse response)
            throws IOException {
        return leave(actor, MemberPlace.of(project), user, response);
    }

    @Requires(Permission.READ_GROUP)
    @PostMapping("/groups/{group}" + GROUP + "/{user}/leave")
    @Nullable
    Page leave(Actor actor, Namespace group, @PathVariable long user, HttpServletResponse response) throws IOException {
        return leave(actor, MemberPlace.of(group), user, response);
    }

    private @Nullable Page leave(Actor actor, MemberPlace place, long user, HttpServletResponse response)
            throws IOException {
        if (!(actor instanceof Actor.Person person) || person.user().id().value() != user) {
            throw new AccessRefused(404);
        }
        MemberChange change = membership.remove(person, place, person.user());
        if (change instanceof MemberChange.Done) {
            Flash.leave(response, "identity.members.left", place.fullPath());
            response.sendRedirect("/");
            return null;
        }
        return after(change, person, place, person.user(), "identity.members.removed", response);
    }

    private @Nullable Page after(
            MemberChange change,
            Actor actor,
            MemberPlace place,
            User user,
            String message,
            HttpServletResponse response)
            throws IOException {
        return switch (change) {
            case MemberChange.Done() -> {
                Flash.leave(response, message, user.username());
                response.sendRedirect(place.members());
                yield null;
            }
            case MemberChange.AlreadyMember() ->
                page(422, actor, place, 1, user.username(), "identity.members.already");
            case MemberChange.NotAMember() -> throw new AccessRefused(404);
            case MemberChange.LastOwner() -> page(422, actor, place, 1, "", "identity.members.last-owner");
            case MemberChange.DayOver() -> page(422, actor, place, 1, user.username(), "identity.members.day-wrong");
        };
    }

    private User user(long id) {
        return Optional.of(id)
                .filter(number -> number > 0)
                .flatMap(number -> users.find(new UserId(number)))
                .orElseThrow(() -> new AccessRefused(404));
    }

    static Role role(int accessLevel) {
        return Role.of(accessLevel).orElseThrow(() -> new AccessRefused(400));
    }

    static boolean isDay(String text) {
        try {
            day(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    static Optional<LocalDate> day(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(LocalDate.parse(text.strip()));
    }

    private Page page(int status, Actor actor, MemberPlace place, int page, String username, @Nullable String problem) {
        return page(status, actor, place, page, InviteForm.EMPTY, null, username, problem);
    }

    /** The page with an invitation that was just made, or with what is wrong with it. */
    Page invited(Actor actor, MemberPlace place, InviteForm form, @Nullable Link link, @Nullable String problem) {
        return page(link == null ? 422 : 200, actor, place, 1, form, link, "", problem);
    }

    private Page page(
            int status,
            Actor actor,
            MemberPlace place,
            int page,
            InviteForm form,
            @Nullable Link link,
            String username,
            @Nullable String problem) {
        List<Role> roles = access.effectiveRole(actor, place.source())
                .filter(own -> own.atLeast(manager(place)))
                .map(own -> Arrays.stream(Role.values()).filter(own::atLeast).toList())
                .orElse(List.of());
        Paging paging = Pager.paging(page);
        Model model = new Model(
                place,
                members.listAll(place.source(), "", paging.offset(), paging.limit()),
                roles,
                Pager.of(paging, members.countAll(place.source(), ""), place.members()),
                roles.isEmpty() ? List.of() : invitations.list(place.source(), "", 0, SHOWN_INVITATIONS),
                form,
                link,
                username,
                problem);
        return new Page("identity/members.jte", model, status);
    }

    private static Role manager(MemberPlace place) {
        return (place.group() == null ? Permission.MANAGE_MEMBERS : Permission.MANAGE_GROUP).from();
    }
}
