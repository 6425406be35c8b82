package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.SecondFactors;
import dev.tandem.server.identity.SecondFactors.Confirmation;
import dev.tandem.server.identity.Session;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** One's own second factor. */
@Controller
public final class TwoFactorPages {
    static final String PATH = "/-/profile/two-factor";
    static final String BEGIN = PATH + "/begin";
    static final String CONFIRM = PATH + "/confirm";

    private final SecondFactors factors;
    private final Reproof reproof;
    private final Callers callers;
    private final ServerUrls urls;

    TwoFactorPages(SecondFactors factors, Reproof reproof, Callers callers, ServerUrls urls) {
        this.factors = factors;
        this.reproof = reproof;
        this.callers = callers;
        this.urls = urls;
    }

    /**
     * What the page shows.
     *
     * @param enrolment while it is being set up
     * @param codes recovery codes just made; only ever in the answer to the form
     * @param required whether nothing else may be done before
     */
    public record Model(
            SecondFactors.Status status,
            SecondFactors.@Nullable Enrolment enrolment,
            List<String> codes,
            boolean required,
            boolean asksPassword,
            @Nullable String problem,
            long seconds) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page show(Actor.Person person, HttpServletRequest request) {
        return page(200, person, request, null, List.of(), null, 0);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(BEGIN)
    Page begin(
            Actor.Person person,
            @RequestParam(defaultValue = "") String current,
            SignIn.Origin origin,
            HttpServletRequest request) {
        if (!reproof.proves(person, current, origin, request)) {
            return page(422, person, request, null, List.of(), reproof.problem(person), 0);
        }
        Optional<SecondFactors.Enrolment> enrolment = factors.begin(person.user(), issuer());
        return page(200, person, request, enrolment.orElse(null), List.of(), null, 0);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(CONFIRM)
    Page confirm(
            Actor.Person person,
            @RequestParam(defaultValue = "") String code,
            SignIn.Origin origin,
            HttpServletRequest request) {
        Optional<SecondFactors.Enrolment> begun = factors.begun(person.user(), issuer());
        if (begun.isEmpty()) {
            return page(422, person, request, null, List.of(), "identity.two-factor.begin-first", 0);
        }
        long session = callers.lenient(request).session().map(Session::id).orElse(0L);
        return switch (factors.confirm(person.user(), code, session, origin.address())) {
            case Confirmation.Done(var codes) -> page(200, person, request, null, codes, null, 0);
            case Confirmation.Wrong() ->
                page(422, person, request, begun.get(), List.of(), "identity.two-factor.wrong", 0);
            case Confirmation.Throttled(var pause) ->
                page(
                        429,
                        person,
                        request,
                        begun.get(),
                        List.of(),
                        "identity.sign-in.throttled",
                        Math.max(1, pause.toSeconds()));
        };
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/recovery-codes")
    Page renew(
            Actor.Person person,
            @RequestParam(defaultValue = "") String current,
            SignIn.Origin origin,
            HttpServletRequest request) {
        if (!reproof.proves(person, current, origin, request)) {
            return page(422, person, request, null, List.of(), reproof.problem(person), 0);
        }
        boolean on = factors.status(person.user().id()).since().isPresent();
        List<String> codes = on ? factors.renewRecoveryCodes(person.user()) : List.of();
        return page(200, person, request, null, codes, null, 0);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/remove")
    @Nullable
    Page remove(
            Actor.Person person,
            @RequestParam(defaultValue = "") String current,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (!reproof.proves(person, current, origin, request)) {
            return page(422, person, request, null, List.of(), reproof.problem(person), 0);
        }
        factors.remove(person, person.user());
        Flash.leave(response, "identity.two-factor.removed");
        response.sendRedirect(PATH);
        return null;
    }

    /** What the authenticator shows beside the code: people have several servers. */
    private String issuer() {
        String host = urls.external().getHost();
        return host == null ? "Tandem" : "Tandem " + host;
    }

    private Page page(
            int status,
            Actor.Person person,
            HttpServletRequest request,
            SecondFactors.@Nullable Enrolment enrolment,
            List<String> codes,
            @Nullable String problem,
            long seconds) {
        Model model = new Model(
                factors.status(person.user().id()),
                enrolment,
                codes,
                callers.lenient(request).mustSetSecondFactor() && codes.isEmpty(),
                reproof.asksPassword(person),
                problem,
                seconds);
        return new Page("identity/two-factor.jte", model, status);
    }
}
