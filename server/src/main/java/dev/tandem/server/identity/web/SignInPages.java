package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Passkeys;
import dev.tandem.server.identity.Sessions;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.identity.SignInProvider;
import dev.tandem.server.identity.SignInProviders;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signing in and out. */
@Controller
public final class SignInPages {
    static final String PATH = "/-/sign-in";
    static final String SECOND = "/-/sign-in/code";
    static final String SIGN_OUT = "/-/sign-out";

    private final SignIn signIn;
    private final SignInProviders providers;
    private final Passkeys passkeys;
    private final Sessions sessions;
    private final Callers callers;
    private final Cookies cookies;
    private final Database database;

    SignInPages(
            SignIn signIn,
            SignInProviders providers,
            Passkeys passkeys,
            Sessions sessions,
            Callers callers,
            Cookies cookies,
            Database database) {
        this.signIn = signIn;
        this.providers = providers;
        this.passkeys = passkeys;
        this.sessions = sessions;
        this.callers = callers;
        this.cookies = cookies;
        this.database = database;
    }

    /**
     * What the page shows.
     *
     * @param providers by whom one may sign in instead
     * @param passkeys whether a passkey will do instead
     * @param problem key of a sentence; null at first
     * @param seconds how long to wait where {@code problem} says so
     */
    public record Model(
            String username,
            String to,
            List<SignInProvider> providers,
            boolean passkeys,
            @Nullable String problem,
            long seconds) {
        /** Where signing in by a passkey begins. */
        public String withPasskey() {
            return PasskeyPages.SIGN_IN + "?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
        }

        /** Where signing in by a provider begins. */
        public String with(SignInProvider provider) {
            return "/-/sign-in/with/" + provider.name() + "?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
        }
    }

    @Requires(Permission.ANYONE)
    @GetMapping(PATH)
    @Nullable
    Page form(@RequestParam(defaultValue = "/") String to, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (callers.lenient(request).actor() instanceof Actor.Person) {
            response.sendRedirect(Requests.localPath(to));
            return null;
        }
        return again(200, "", Requests.localPath(to), null, 0);
    }

    @Requires(Permission.ANYONE)
    @PostMapping(PATH)
    @Nullable
    Page signIn(
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "/") String to,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String back = Requests.localPath(to);
        return switch (signIn.signIn(username.strip(), password, origin)) {
            case SignIn.Result.SignedIn done -> {
                enter(done, back, request, response);
                yield null;
            }
            case SignIn.Result.SecondStep step -> {
                askCode(step, back, request, response);
                yield null;
            }
            case SignIn.Result.TooLate() -> throw new IllegalStateException("nothing to be late for");
            case SignIn.Result.Wrong() -> again(401, username, back, "identity.sign-in.wrong", 0);
            case SignIn.Result.Throttled(var pause) -> {
                long seconds = Math.max(1, pause.toSeconds());
                response.setHeader("Retry-After", Long.toString(seconds));
                yield again(429, username, back, "identity.sign-in.throttled", seconds);
            }
        };
    }

    @Requires(Permission.ANYONE)
    @GetMapping(SECOND)
    @Nullable
    Page secondForm(
            @RequestParam(defaultValue = "/") String to, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (cookies.secondStep(request).isEmpty()) {
            response.sendRedirect(PATH);
            return null;
        }
        return secondAgain(200, Requests.localPath(to), null, 0);
    }

    @Requires(Permission.ANYONE)
    @PostMapping(SECOND)
    @Nullable
    Page second(
            @RequestParam(defaultValue = "") String code,
            @RequestParam(defaultValue = "/") String to,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String back = Requests.localPath(to);
        return switch (signIn.secondStep(cookies.secondStep(request).orElse(""), code, origin)) {
            case SignIn.Result.SignedIn done -> {
                cookies.dropSecondStep(response);
                enter(done, back, request, response);
                yield null;
            }
            case SignIn.Result.Wrong() -> secondAgain(401, back, "identity.two-factor.wrong", 0);
            case SignIn.Result.Throttled(var pause) -> {
                long seconds = Math.max(1, pause.toSeconds());
                response.setHeader("Retry-After", Long.toString(seconds));
                yield secondAgain(429, back, "identity.sign-in.throttled", seconds);
            }
            case SignIn.Result.TooLate() -> {
                cookies.dropSecondStep(response);
                Flash.refuse(response, "identity.two-factor.too-late");
                response.sendRedirect(PATH);
                yield null;
            }
            case SignIn.Result.SecondStep step -> throw new IllegalStateException("there is no third step");
        };
    }

    /** Sets the cookie of the new session and ends the one that this browser had. */
    void enter(SignIn.Result.SignedIn done, String to, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        endSession(request);
        cookies.setSession(response, done.secret());
        response.sendRedirect(done.mustSetPassword() ? PasswordPages.PATH : to);
    }

    void askCode(SignIn.Result.SecondStep step, String to, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        endSession(request);
        cookies.setSecondStep(response, step.secret());
        response.sendRedirect(SECOND + "?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
    }

    private static Page secondAgain(int status, String to, @Nullable String problem, long seconds) {
        return new Page("identity/second-step.jte", new Model("", to, List.of(), false, problem, seconds), status);
    }

    @Requires(Permission.ANYONE)
    @PostMapping(SIGN_OUT)
    void signOut(HttpServletRequest request, HttpServletResponse response) throws IOException {
        endSession(request);
        cookies.dropSession(response);
        response.sendRedirect(PATH);
    }

    private void endSession(HttpServletRequest request) {
        callers.lenient(request)
                .session()
                .ifPresent(session -> database.write(tx -> sessions.revoke(tx, session.user(), session.id())));
    }

    private Page again(int status, String username, String to, @Nullable String problem, long seconds) {
        return new Page(
                "identity/sign-in.jte",
                new Model(username, to, providers.list(), passkeys.arePossible(), problem, seconds),
                status);
    }
}
