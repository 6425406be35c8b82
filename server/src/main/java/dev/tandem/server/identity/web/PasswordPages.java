package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.Accounts.PasswordChange;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Choosing a password: one's own, after a one-time password, or through an invitation. */
@Controller
public final class PasswordPages {
    static final String PATH = "/-/profile/password";
    static final String INVITATION = "/-/invitations/";
    private static final String TEMPLATE = "identity/password.jte";

    private final Accounts accounts;
    private final SignIn signIn;
    private final Callers callers;
    private final Cookies cookies;

    PasswordPages(Accounts accounts, SignIn signIn, Callers callers, Cookies cookies) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.callers = callers;
        this.cookies = cookies;
    }

    /**
     * What the page shows.
     *
     * @param action where the form goes
     * @param asksCurrent whether the present password must be given
     * @param oneTime whether the present one is to be replaced before anything else
     */
    public record Model(
            String action,
            String username,
            boolean asksCurrent,
            boolean oneTime,
            int shortest,
            @Nullable String problem) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page own(Actor.Person person, HttpServletRequest request) {
        return page(200, ownModel(person.user(), request, null));
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH)
    @Nullable
    Page setOwn(
            Actor.Person person,
            @RequestParam(defaultValue = "") String current,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "") String again,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        boolean oneTime = callers.lenient(request).mustSetPassword();
        if (!oneTime && !signIn.confirm(person.user(), current, origin.address())) {
            return page(422, ownModel(person.user(), request, "identity.password.current-wrong"));
        }
        if (!password.equals(again)) {
            return page(422, ownModel(person.user(), request, "identity.password.differ"));
        }
        if (oneTime && accounts.isInitialPassword(person.user(), password)) {
            return page(422, ownModel(person.user(), request, "identity.password.same"));
        }
        String problem = finish(accounts.setPassword(person.user(), password, origin), response);
        return problem == null ? null : page(422, ownModel(person.user(), request, problem));
    }

    @Requires(Permission.ANYONE)
    @GetMapping(INVITATION + "{secret}")
    Page invitation(@PathVariable String secret, HttpServletResponse response) {
        keepSecret(response);
        return byLink(200, invited(secret), INVITATION + secret, null);
    }

    @Requires(Permission.ANYONE)
    @PostMapping(INVITATION + "{secret}")
    @Nullable
    Page accept(
            @PathVariable String secret,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "") String again,
            SignIn.Origin origin,
            HttpServletResponse response)
            throws IOException {
        keepSecret(response);
        User user = invited(secret);
        if (!password.equals(again)) {
            return byLink(422, user, INVITATION + secret, "identity.password.differ");
        }
        String problem = finish(accounts.acceptInvitation(secret, password, origin), response);
        return problem == null ? null : byLink(422, user, INVITATION + secret, problem);
    }

    private User invited(String secret) {
        Optional<User> user = accounts.invited(secret);
        return user.orElseThrow(() -> new AccessRefused(404, "identity.invitation.over"));
    }

    /** @return key of what went wrong; null when the response is a redirect */
    @Nullable
    String finish(PasswordChange change, HttpServletResponse response) throws IOException {
        return switch (change) {
            case PasswordChange.Done(Optional<String> session) -> {
                session.ifPresent(secret -> cookies.setSession(response, secret));
                Flash.leave(response, "identity.password.done");
                response.sendRedirect(session.isPresent() ? "/" : SignInPages.PATH);
                yield null;
            }
            case PasswordChange.NotAcceptable() -> "identity.password.not-acceptable";
            case PasswordChange.InvitationOver() -> "identity.invitation.over";
            case PasswordChange.Busy() -> "identity.password.busy";
        };
    }

    private Model ownModel(User user, HttpServletRequest request, @Nullable String problem) {
        boolean oneTime = callers.lenient(request).mustSetPassword();
        return new Model(PATH, user.username(), !oneTime, oneTime, Accounts.shortestPassword(), problem);
    }

    /** The form for somebody whom a link proves. */
    Page byLink(int status, User user, String action, @Nullable String problem) {
        return page(status, new Model(action, user.username(), false, false, Accounts.shortestPassword(), problem));
    }

    /** The address of such a page is a secret: it must not be told to whom the page links. */
    static void keepSecret(HttpServletResponse response) {
        response.setHeader("Referrer-Policy", "no-referrer");
    }

    private static Page page(int status, Model model) {
        return new Page(TEMPLATE, model, status);
    }
}
