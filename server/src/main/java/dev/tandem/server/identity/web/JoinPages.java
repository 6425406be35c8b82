package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Invitations;
import dev.tandem.server.identity.Invitations.Joined;
import dev.tandem.server.identity.Invitations.Opened;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserCreation;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Where the link of an invitation leads. */
@Controller
public final class JoinPages {
    private final Invitations invitations;
    private final SignIn signIn;
    private final SignInPages signInPages;

    JoinPages(Invitations invitations, SignIn signIn, SignInPages signInPages) {
        this.invitations = invitations;
        this.signIn = signIn;
        this.signInPages = signInPages;
    }

    /** What somebody typed who makes an account. */
    public record Form(String username, String name, String email) {}

    /**
     * What the page shows.
     *
     * @param action where the forms go
     * @param viewer who is signed in; null for nobody
     * @param standing what keeps the viewer from joining; null for nothing
     * @param makeAccounts whether one may make an account here
     */
    public record Model(
            Opened.Good opened,
            String action,
            @Nullable User viewer,
            @Nullable String standing,
            boolean makeAccounts,
            int shortest,
            Form form,
            @Nullable String problem) {
        /** Key of the role's name. */
        public String role() {
            return "identity.role." + opened.invitation().terms().role().name().toLowerCase(Locale.ROOT);
        }

        /** Where somebody with an account signs in and comes back. */
        public String signIn() {
            return SignInPages.PATH + "?to=" + URLEncoder.encode(action, StandardCharsets.UTF_8);
        }
    }

    @Requires(Permission.ANYONE)
    @GetMapping(Invitations.LINK + "{secret}")
    Page show(Actor actor, @PathVariable String secret, SignIn.Origin origin, HttpServletResponse response) {
        Opened.Good opened = open(secret, origin, response);
        return page(200, opened, secret, actor, new Form("", "", ""), null);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(Invitations.LINK + "{secret}")
    @Nullable
    Page join(Actor.Person person, @PathVariable String secret, SignIn.Origin origin, HttpServletResponse response)
            throws IOException {
        Opened.Good opened = open(secret, origin, response);
        return switch (invitations.accept(opened, person.user())) {
            case Joined.Done() -> {
                Flash.leave(response, "identity.invite.joined", opened.place().fullPath());
                response.sendRedirect(opened.place().address());
                yield null;
            }
            case Joined.AlreadyMember(), Joined.NotForYou() ->
                page(422, opened, secret, person, new Form("", "", ""), null);
            case Joined.Over() -> throw over();
        };
    }

    @Requires(Permission.ANYONE)
    @PostMapping(Invitations.LINK + "{secret}/account")
    @Nullable
    Page makeAccount(
            @PathVariable String secret,
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String email,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "") String again,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Opened.Good opened = open(secret, origin, response);
        if (!invitations.makeAccounts()) {
            throw new AccessRefused(403, "identity.invite.no-accounts");
        }
        Form form = new Form(username.strip(), name.strip(), email.strip());
        if (!password.equals(again)) {
            return page(422, opened, secret, Actor.ANONYMOUS, form, "identity.password.differ");
        }
        UserCreation made = invitations
                .acceptAsNew(opened, form.username(), form.name(), form.email(), password)
                .orElseThrow(JoinPages::over);
        if (!(made instanceof UserCreation.Created(User user))) {
            return page(422, opened, secret, Actor.ANONYMOUS, form, problem(made));
        }
        Flash.leave(response, "identity.invite.joined", opened.place().fullPath());
        signInPages.enter(signIn.started(user, origin), opened.place().address(), request, response);
        return null;
    }

    /** @throws AccessRefused when the link leads nowhere */
    private Opened.Good open(String secret, SignIn.Origin origin, HttpServletResponse response) {
        PasswordPages.keepSecret(response);
        return switch (invitations.open(secret, origin.address())) {
            case Opened.Good good -> good;
            case Opened.Over() -> throw over();
            case Opened.Throttled(var pause) -> throw AccessRefused.later(pause);
        };
    }

    private static AccessRefused over() {
        return new AccessRefused(404, "identity.invite.over");
    }

    private static String problem(UserCreation made) {
        return made instanceof UserCreation.Invalid(String field) && field.equals("password")
                ? "identity.password.not-acceptable"
                : UserPages.problem(made);
    }

    private Page page(int status, Opened.Good opened, String secret, Actor actor, Form form, @Nullable String problem) {
        User viewer = actor instanceof Actor.Person person ? person.user() : null;
        Model model = new Model(
                opened,
                Invitations.LINK + secret,
                viewer,
                Optional.ofNullable(viewer).map(user -> standing(opened, user)).orElse(null),
                invitations.makeAccounts(),
                Accounts.shortestPassword(),
                form,
                problem);
        return new Page("identity/join.jte", model, status);
    }

    private @Nullable String standing(Opened.Good opened, User user) {
        if (!opened.invitation().isFor(user.email())) {
            return "identity.invite.not-for-you";
        }
        return invitations.isMember(opened, user) ? "identity.invite.member" : null;
    }
}
