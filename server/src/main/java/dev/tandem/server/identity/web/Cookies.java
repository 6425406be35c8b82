package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Sessions;
import dev.tandem.server.platform.ServerUrls;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The cookies we set: the session, a sign-in that waits for a code, the seed of the form token before there is a session, the chosen language. */
@Component
final class Cookies {
    static final String SESSION = "tandem_session";
    static final String FORM_SEED = "tandem_form";
    static final String LANGUAGE = "tandem_language";

    static final String PASSKEY = "tandem_passkey";
    static final String PROVIDER = "tandem_provider";
    static final String SECOND_STEP = "tandem_second_step";

    private static final Duration SECOND_STEP_AGE = Duration.ofMinutes(10);
    private static final Duration LANGUAGE_AGE = Duration.ofDays(365);

    private final boolean secure;

    Cookies(ServerUrls urls) {
        this.secure = urls.isSecure();
    }

    Optional<String> session(HttpServletRequest request) {
        return Requests.cookie(request, SESSION).filter(value -> !value.isEmpty());
    }

    void setSession(HttpServletResponse response, String secret) {
        // The server decides when it ends; the browser may keep it until then.
        response.addCookie(cookie(SESSION, secret, Sessions.IDLE));
    }

    void dropSession(HttpServletResponse response) {
        response.addCookie(cookie(SESSION, "", Duration.ZERO));
    }

    Optional<String> secondStep(HttpServletRequest request) {
        return Requests.cookie(request, SECOND_STEP).filter(value -> !value.isEmpty());
    }

    void setSecondStep(HttpServletResponse response, String secret) {
        response.addCookie(cookie(SECOND_STEP, secret, SECOND_STEP_AGE));
    }

    void dropSecondStep(HttpServletResponse response) {
        response.addCookie(cookie(SECOND_STEP, "", Duration.ZERO));
    }

    Optional<String> provider(HttpServletRequest request) {
        return Requests.cookie(request, PROVIDER).filter(value -> !value.isEmpty());
    }

    /** Sent along when the provider leads the browser back, since that is a plain link: {@code SameSite=Lax} lets it. */
    void setProvider(HttpServletResponse response, String sealed) {
        response.addCookie(cookie(PROVIDER, sealed, SECOND_STEP_AGE));
    }

    void dropProvider(HttpServletResponse response) {
        response.addCookie(cookie(PROVIDER, "", Duration.ZERO));
    }

    Optional<String> passkey(HttpServletRequest request) {
        return Requests.cookie(request, PASSKEY).filter(value -> !value.isEmpty());
    }

    void setPasskey(HttpServletResponse response, String sealed) {
        response.addCookie(cookie(PASSKEY, sealed, SECOND_STEP_AGE));
    }

    void dropPasskey(HttpServletResponse response) {
        response.addCookie(cookie(PASSKEY, "", Duration.ZERO));
    }

    void setFormSeed(HttpServletResponse response, String seed) {
        Cookie cookie = cookie(FORM_SEED, seed, Duration.ZERO);
        cookie.setMaxAge(-1);
        response.addCookie(cookie);
    }

    void setLanguage(HttpServletResponse response, String language) {
        response.addCookie(cookie(LANGUAGE, language, LANGUAGE_AGE));
    }

    private Cookie cookie(String name, String value, Duration age) {
        Cookie cookie = new Cookie(name, value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(secure);
        cookie.setMaxAge((int) age.toSeconds());
        cookie.setAttribute("SameSite", "Lax");
        return cookie;
    }
}
