package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.PasswordResets;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** For those who forgot their password. */
@Controller
public final class PasswordResetPages {
    static final String PATH = "/-/password/forgot";

    private final PasswordResets resets;
    private final PasswordPages passwords;

    PasswordResetPages(PasswordResets resets, PasswordPages passwords) {
        this.resets = resets;
        this.passwords = passwords;
    }

    /**
     * What the page shows.
     *
     * @param possible whether this server sends mail
     * @param asked whether a link is on its way, if there is such an account
     * @param seconds how long to wait; 0 when nothing was asked too often
     */
    public record Model(boolean possible, boolean asked, String who, long seconds) {}

    @Requires(Permission.ANYONE)
    @GetMapping(PATH)
    Page form() {
        return page(200, false, "", 0);
    }

    @Requires(Permission.ANYONE)
    @PostMapping(PATH)
    Page ask(@RequestParam(defaultValue = "") String who, SignIn.Origin origin, HttpServletResponse response) {
        if (!resets.isPossible() || who.isBlank()) {
            return page(422, false, who, 0);
        }
        Optional<Duration> pause = resets.ask(who.strip(), origin.address());
        if (pause.isEmpty()) {
            return page(200, true, who, 0);
        }
        long seconds = Math.max(1, pause.get().toSeconds());
        response.setHeader("Retry-After", Long.toString(seconds));
        return page(429, false, who, seconds);
    }

    @Requires(Permission.ANYONE)
    @GetMapping(PasswordResets.LINK + "{secret}")
    Page choose(@PathVariable String secret, HttpServletResponse response) {
        PasswordPages.keepSecret(response);
        return passwords.byLink(200, user(secret), PasswordResets.LINK + secret, null);
    }

    @Requires(Permission.ANYONE)
    @PostMapping(PasswordResets.LINK + "{secret}")
    @Nullable
    Page reset(
            @PathVariable String secret,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "") String again,
            SignIn.Origin origin,
            HttpServletResponse response)
            throws IOException {
        PasswordPages.keepSecret(response);
        User user = user(secret);
        if (!password.equals(again)) {
            return passwords.byLink(422, user, PasswordResets.LINK + secret, "identity.password.differ");
        }
        Accounts.PasswordChange change = resets.reset(secret, password, origin);
        String problem = passwords.finish(change, response);
        return problem == null ? null : passwords.byLink(422, user, PasswordResets.LINK + secret, problem);
    }

    private User user(String secret) {
        return resets.user(secret).orElseThrow(() -> new AccessRefused(404, "identity.reset.over"));
    }

    private Page page(int status, boolean asked, String who, long seconds) {
        return new Page("identity/forgot.jte", new Model(resets.isPossible(), asked, who, seconds), status);
    }
}
