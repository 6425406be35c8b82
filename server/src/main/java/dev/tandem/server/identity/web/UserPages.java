package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.Accounts.Invited;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Departure;
import dev.tandem.server.identity.Departures;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.identity.SecondFactors;
import dev.tandem.server.identity.Session;
import dev.tandem.server.identity.Sessions;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserActivity;
import dev.tandem.server.identity.UserCreation;
import dev.tandem.server.identity.UserEdit;
import dev.tandem.server.identity.UserFilter;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Accounts, for administrators. */
@Controller
public final class UserPages {
    static final String PATH = "/-/admin/users";

    private final Users users;
    private final Accounts accounts;
    private final Departures departures;
    private final Sessions sessions;
    private final PersonalTokens tokens;
    private final SecondFactors secondFactors;
    private final ServerUrls urls;

    UserPages(
            Users users,
            Accounts accounts,
            Departures departures,
            Sessions sessions,
            PersonalTokens tokens,
            SecondFactors secondFactors,
            ServerUrls urls) {
        this.users = users;
        this.accounts = accounts;
        this.departures = departures;
        this.sessions = sessions;
        this.tokens = tokens;
        this.secondFactors = secondFactors;
        this.urls = urls;
    }

    /** The link by which somebody chooses a password; shown once. */
    public record Link(String username, String url) {}

    /** What stands in the form. */
    public record Form(String username, String name, String email) {}

    public record Model(
            List<User> users,
            String search,
            Pager pager,
            Form form,
            @Nullable Link link,
            @Nullable String problem) {}

    @Requires(Permission.ADMINISTER)
    @GetMapping(PATH)
    Page list(@RequestParam(defaultValue = "") String search, @RequestParam(defaultValue = "1") int page) {
        return page(200, search, page, new Form("", "", ""), null, null);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH)
    Page create(
            Actor actor,
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String email,
            @RequestParam(defaultValue = "false") boolean admin) {
        return switch (accounts.invite(actor, username.strip(), name.strip(), email.strip(), admin)) {
            case Invited.Done done -> page(200, "", 1, new Form("", "", ""), link(done), null);
            case Invited.Refused(UserCreation why) ->
                page(422, "", 1, new Form(username, name, email), null, problem(why));
        };
    }

    /**
     * One account.
     *
     * @param ownProjects how many would be deleted with it
     * @param name as it stands in the form, and so are the others
     * @param about what the problem is about; empty for nothing
     */
    public record Account(
            User user,
            UserActivity activity,
            List<Session> sessions,
            int tokens,
            SecondFactors.Status secondFactor,
            int ownProjects,
            String name,
            String email,
            boolean admin,
            @Nullable String problem,
            String about) {}

    @Requires(Permission.ADMINISTER)
    @GetMapping(PATH + "/{user}")
    Page one(@PathVariable long user) {
        User found = existing(user);
        return account(200, found, found.name(), found.email(), found.admin(), null);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}")
    @Nullable
    Page edit(
            Actor actor,
            @PathVariable long user,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String email,
            @RequestParam(defaultValue = "false") boolean admin,
            HttpServletResponse response)
            throws IOException {
        User found = existing(user);
        UserEdit edit = new UserEdit(Optional.of(name), Optional.of(email), Optional.of(admin));
        return switch (accounts.edit(actor, found.id(), edit)) {
            case UserEdit.Outcome.Done done -> {
                Flash.leave(response, "identity.users.saved", found.username());
                response.sendRedirect(PATH + "/" + user);
                yield null;
            }
            case UserEdit.Outcome.NoSuchUser() -> throw new AccessRefused(404);
            case UserEdit.Outcome.Invalid(String field) ->
                account(422, found, name, email, admin, "identity.users.invalid-" + field);
            case UserEdit.Outcome.LastAdministrator() ->
                account(422, found, name, email, admin, "identity.users.last-administrator");
        };
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}/end-sessions")
    void endSessions(Actor actor, @PathVariable long user, HttpServletResponse response) throws IOException {
        User found = existing(user);
        accounts.endSessions(actor, found);
        Flash.leave(response, "identity.users.sessions-ended", found.username());
        response.sendRedirect(PATH + "/" + user);
    }

    /** For somebody who lost authenticator and recovery codes. */
    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}/two-factor/reset")
    void resetSecondFactor(Actor actor, @PathVariable long user, HttpServletResponse response) throws IOException {
        User found = existing(user);
        secondFactors.remove(actor, found);
        Flash.leave(response, "identity.users.two-factor-reset", found.username());
        response.sendRedirect(PATH + "/" + user);
    }

    private User existing(long user) {
        return users.find(id(user))
                .filter(found -> found.state() != User.State.DELETED)
                .orElseThrow(() -> new AccessRefused(404));
    }

    private Page account(int status, User user, String name, String email, boolean admin, @Nullable String problem) {
        return account(status, user, name, email, admin, problem, "");
    }

    private Page account(
            int status, User user, String name, String email, boolean admin, @Nullable String problem, String about) {
        Account model = new Account(
                user,
                users.activity(user.id()).orElseThrow(() -> new AccessRefused(404)),
                sessions.list(user.id()),
                tokens.count(new PersonalTokens.Filter(user.id(), "", Optional.of(true))),
                secondFactors.status(user.id()),
                departures.ownProjects(user),
                name,
                email,
                admin,
                problem,
                about);
        return new Page("identity/user.jte", model, status);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}/invite")
    Page invite(Actor actor, @PathVariable long user) {
        Invited.Done done = accounts.inviteAgain(actor, existing(user).id()).orElseThrow(() -> new AccessRefused(404));
        return page(200, "", 1, new Form("", "", ""), link(done), null);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}/block")
    @Nullable
    Page block(Actor actor, @PathVariable long user, HttpServletResponse response) throws IOException {
        User found = existing(user);
        return changed(departures.block(actor, found.id()), found, "identity.users.blocked", response);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}/unblock")
    @Nullable
    Page unblock(Actor actor, @PathVariable long user, HttpServletResponse response) throws IOException {
        User found = existing(user);
        return changed(departures.unblock(actor, found.id()), found, "identity.users.unblocked", response);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}/deactivate")
    @Nullable
    Page deactivate(Actor actor, @PathVariable long user, HttpServletResponse response) throws IOException {
        User found = existing(user);
        return changed(departures.deactivate(actor, found.id()), found, "identity.users.deactivated", response);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}/activate")
    @Nullable
    Page activate(Actor actor, @PathVariable long user, HttpServletResponse response) throws IOException {
        User found = existing(user);
        return changed(departures.activate(actor, found.id()), found, "identity.users.activated", response);
    }

    @Requires(Permission.ADMINISTER)
    @PostMapping(PATH + "/{user}/delete")
    @Nullable
    Page delete(Actor actor, @PathVariable long user, HttpServletResponse response) throws IOException {
        User found = existing(user);
        return changed(departures.delete(actor, found.id()), found, "identity.users.deleted", response);
    }

    private @Nullable Page changed(Departure departure, User user, String message, HttpServletResponse response)
            throws IOException {
        return switch (departure) {
            case Departure.Done done -> {
                Flash.leave(response, message, user.username());
                response.sendRedirect(PATH);
                yield null;
            }
            case Departure.NoSuchUser() -> throw new AccessRefused(404);
            case Departure.Yourself() -> refused(user, "identity.users.yourself", "");
            case Departure.LastAdministrator() -> refused(user, "identity.users.last-administrator", "");
            case Departure.NotFrom(User.State state) -> refused(user, "identity.users.not-from", "");
            case Departure.SoleOwner(List<String> groups) ->
                refused(user, "identity.users.sole-owner", String.join(", ", groups));
        };
    }

    private Page refused(User user, String problem, String about) {
        return account(422, user, user.name(), user.email(), user.admin(), problem, about);
    }

    static String problem(UserCreation why) {
        return switch (why) {
            case UserCreation.UsernameTaken() -> "identity.users.taken";
            case UserCreation.Busy() -> "identity.password.busy";
            case UserCreation.Invalid(String field) -> "identity.users.invalid-" + field;
            case UserCreation.Created created -> throw new IllegalStateException("not refused: " + created);
        };
    }

    private Link link(Invited.Done done) {
        return new Link(done.user().username(), urls.external() + PasswordPages.INVITATION + done.secret());
    }

    private static UserId id(long number) {
        if (number <= 0) {
            throw new AccessRefused(404);
        }
        return new UserId(number);
    }

    private Page page(int status, String search, int page, Form form, @Nullable Link link, @Nullable String problem) {
        Paging paging = Pager.paging(page);
        Model model = new Model(
                users.list(UserFilter.of(search), paging.offset(), paging.limit()),
                search,
                Pager.of(paging, users.count(UserFilter.of(search)), PATH, "search", search),
                form,
                link,
                problem);
        return new Page("identity/users.jte", model, status);
    }
}
