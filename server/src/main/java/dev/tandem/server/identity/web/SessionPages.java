package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.Session;
import dev.tandem.server.identity.Sessions;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Where one is signed in, and in which language one reads. */
@Controller
public final class SessionPages {
    static final String PATH = "/-/profile/sessions";
    static final String LANGUAGE = "/-/language";

    private final Sessions sessions;
    private final Accounts accounts;
    private final Callers callers;
    private final Cookies cookies;
    private final Database database;
    private final Audit audit;

    SessionPages(
            Sessions sessions, Accounts accounts, Callers callers, Cookies cookies, Database database, Audit audit) {
        this.sessions = sessions;
        this.accounts = accounts;
        this.callers = callers;
        this.cookies = cookies;
        this.database = database;
        this.audit = audit;
    }

    /** @param current number of the session that looks; 0 for a token */
    public record Model(List<Session> sessions, long current) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page list(Actor.Person person, HttpServletRequest request) {
        long current = callers.lenient(request).session().map(Session::id).orElse(0L);
        return new Page(
                "identity/sessions.jte", new Model(sessions.list(person.user().id()), current));
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/{session}/revoke")
    void revoke(Actor.Person person, @PathVariable long session, HttpServletResponse response) throws IOException {
        boolean revoked = database.write(tx -> {
            boolean done = sessions.revoke(tx, person.user().id(), session);
            if (done) {
                audit.record(
                        tx, person, "session.revoke", "user " + person.user().username(), "");
            }
            return done;
        });
        if (revoked) {
            Flash.leave(response, "identity.sessions.revoked");
        }
        response.sendRedirect(PATH);
    }

    /** Signs out everywhere but here. */
    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/end-others")
    void endOthers(Actor.Person person, HttpServletRequest request, HttpServletResponse response) throws IOException {
        long current = callers.lenient(request).session().map(Session::id).orElse(0L);
        int ended = database.write(tx -> {
            int count = sessions.revokeOthers(tx, person.user().id(), current);
            if (count > 0) {
                audit.record(
                        tx, person, "session.revoke", "user " + person.user().username(), "all others: " + count);
            }
            return count;
        });
        Flash.leave(response, "identity.sessions.others-ended", ended);
        response.sendRedirect(PATH);
    }

    /** Kept with the user, or in a cookie for somebody who is not signed in. */
    @Requires(Permission.ANYONE)
    @PostMapping(LANGUAGE)
    void language(
            @RequestParam String language,
            @RequestParam(defaultValue = "/") String to,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (Languages.of(language).isEmpty()) {
            throw new AccessRefused(400);
        }
        cookies.setLanguage(response, language);
        if (callers.lenient(request).actor() instanceof Actor.Person person) {
            accounts.setLanguage(person.user().id(), language);
        }
        response.sendRedirect(Requests.localPath(to));
    }
}
