package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Passkey;
import dev.tandem.server.identity.Passkeys;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** One's own passkeys, and signing in with one. */
@Controller
public final class PasskeyPages {
    static final String PATH = "/-/profile/passkeys";
    static final String SIGN_IN = "/-/sign-in/passkey";

    private final Passkeys passkeys;
    private final SignInPages pages;
    private final Reproof reproof;
    private final Cookies cookies;

    PasskeyPages(Passkeys passkeys, SignInPages pages, Reproof reproof, Cookies cookies) {
        this.passkeys = passkeys;
        this.pages = pages;
        this.reproof = reproof;
        this.cookies = cookies;
    }

    /**
     * What the page of one's own shows.
     *
     * @param possible whether browsers allow passkeys at this server's address
     * @param options what the device is asked for; null before the password was given
     */
    public record Model(
            List<Passkey> passkeys,
            boolean possible,
            boolean asksPassword,
            @Nullable String options,
            String name,
            @Nullable String problem) {}

    /** What the page for signing in shows. */
    public record SignInModel(
            String options, String to, @Nullable String problem) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page list(Actor.Person person) {
        return page(200, person, null, "", null);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/begin")
    Page begin(
            Actor.Person person,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String current,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!passkeys.arePossible()) {
            return page(422, person, null, name, null);
        }
        if (!reproof.proves(person, current, origin, request)) {
            return page(422, person, null, name, reproof.problem(person));
        }
        Passkeys.Question question = passkeys.askForNew(person.user());
        cookies.setPasskey(response, question.cookie());
        return page(200, person, question.options(), name, null);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH)
    @Nullable
    Page add(
            Actor.Person person,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String answer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String cookie = cookies.passkey(request).orElse("");
        cookies.dropPasskey(response);
        String problem = switch (passkeys.add(person.user(), name, cookie, answer)) {
            case DONE -> null;
            case TOO_LATE -> "identity.passkey.too-late";
            case NAME_MISSING -> "identity.passkey.name-missing";
            case TOO_MANY -> "identity.passkey.too-many";
            case REFUSED -> "identity.passkey.refused";
        };
        if (problem != null) {
            return page(422, person, null, name, problem);
        }
        Flash.leave(response, "identity.passkey.added");
        response.sendRedirect(PATH);
        return null;
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/{passkey}/delete")
    @Nullable
    Page delete(
            Actor.Person person,
            @PathVariable long passkey,
            @RequestParam(defaultValue = "") String current,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (!reproof.hasOtherWay(person)) {
            return page(422, person, null, "", "identity.provider.last");
        }
        if (!reproof.proves(person, current, origin, request)) {
            return page(422, person, null, "", reproof.problem(person));
        }
        if (passkeys.delete(person.user(), passkey)) {
            Flash.leave(response, "identity.passkey.deleted");
        }
        response.sendRedirect(PATH);
        return null;
    }

    @Requires(Permission.ANYONE)
    @GetMapping(SIGN_IN)
    Page signInForm(@RequestParam(defaultValue = "/") String to, HttpServletResponse response) {
        return ask(200, Requests.localPath(to), null, response);
    }

    @Requires(Permission.ANYONE)
    @PostMapping(SIGN_IN)
    @Nullable
    Page signIn(
            @RequestParam(defaultValue = "") String answer,
            @RequestParam(defaultValue = "/") String to,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String back = Requests.localPath(to);
        SignIn.Result result = passkeys.signIn(cookies.passkey(request).orElse(""), answer, origin);
        if (result instanceof SignIn.Result.SignedIn done) {
            cookies.dropPasskey(response);
            pages.enter(done, back, request, response);
            return null;
        }
        boolean late = result instanceof SignIn.Result.TooLate;
        return ask(401, back, late ? "identity.passkey.too-late" : "identity.passkey.unknown", response);
    }

    /** A fresh question each time. */
    private Page ask(int status, String to, @Nullable String problem, HttpServletResponse response) {
        if (!passkeys.arePossible()) {
            throw new AccessRefused(404, "identity.passkey.impossible");
        }
        Passkeys.Question question = passkeys.askForAny();
        cookies.setPasskey(response, question.cookie());
        return new Page("identity/passkey-sign-in.jte", new SignInModel(question.options(), to, problem), status);
    }

    private Page page(
            int status, Actor.Person person, @Nullable String options, String name, @Nullable String problem) {
        Model model = new Model(
                passkeys.list(person.user().id()),
                passkeys.arePossible(),
                reproof.asksPassword(person),
                options,
                name,
                problem);
        return new Page("identity/passkeys.jte", model, status);
    }
}
