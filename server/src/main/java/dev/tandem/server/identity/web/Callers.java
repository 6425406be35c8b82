package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.identity.Sessions;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.identity.SignIn.TokenResult;
import dev.tandem.server.identity.TokenScope;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Finds out who sent a request, once per request and only when somebody asks: resources that check tokens of machines
 * themselves never do.
 */
@Component
final class Callers implements Actors {
    private static final String KNOWN = Caller.class.getName();

    private final SignIn signIn;
    private final Sessions sessions;
    private final Cookies cookies;
    private final Sudo sudo;

    Callers(SignIn signIn, Sessions sessions, Cookies cookies, Sudo sudo) {
        this.signIn = signIn;
        this.sessions = sessions;
        this.cookies = cookies;
        this.sudo = sudo;
    }

    Caller of(HttpServletRequest request) {
        if (request.getAttribute(KNOWN) instanceof Caller caller) {
            return caller;
        }
        Caller caller = identify(request);
        request.setAttribute(KNOWN, caller);
        return caller;
    }

    /** The same, where a wrong token may count as nobody: for the look of error pages. */
    Caller.Known lenient(HttpServletRequest request) {
        return of(request) instanceof Caller.Known known ? known : Caller.Known.of(Actor.ANONYMOUS);
    }

    @Override
    public Actor actor(HttpServletRequest request) {
        return lenient(request).actor();
    }

    private Caller identify(HttpServletRequest request) {
        String address = request.getRemoteAddr();
        String job = request.getHeader("JOB-TOKEN");
        if (job != null) {
            return caller(signIn.jobToken(job, address));
        }
        Optional<String> personal =
                Optional.ofNullable(request.getHeader("PRIVATE-TOKEN")).or(() -> Requests.bearer(request));
        if (personal.isPresent()) {
            Caller caller = caller(signIn.personalToken(personal.get().strip(), address));
            return caller instanceof Caller.Known known ? sudo.apply(request, known) : caller;
        }
        if (Requests.hasTokenHeader(request) || Requests.isGit(request)) {
            return Caller.Known.of(Actor.ANONYMOUS);
        }
        return cookies.session(request)
                .flatMap(sessions::find)
                .map(Callers::caller)
                .orElseGet(() -> Caller.Known.of(Actor.ANONYMOUS));
    }

    private static Caller.Known caller(Sessions.Found found) {
        return new Caller.Known(
                new Actor.Person(found.user(), TokenScope.all()),
                Optional.of(found.session()),
                Optional.empty(),
                found.mustSetPassword(),
                found.mustSetSecondFactor(),
                found.language());
    }

    private static Caller caller(TokenResult result) {
        return switch (result) {
            case TokenResult.Accepted(var actor, var token) ->
                new Caller.Known(actor, Optional.empty(), token, false, false, Optional.empty());
            case TokenResult.Expired() -> new Caller.WrongToken(true);
            case TokenResult.Refused() -> new Caller.WrongToken(false);
            case TokenResult.Throttled(var pause) -> new Caller.Throttled(pause);
        };
    }
}
