package dev.tandem.server.identity.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.csrf.DefaultCsrfToken;
import org.springframework.stereotype.Component;

/**
 * The token that forms carry against forged requests. It is derived from the session's cookie, which other sites cannot
 * read, so nothing is stored and it ends with the session; before sign-in a seed in a cookie of its own takes that place.
 */
@Component
final class FormTokens implements CsrfTokenRepository {
    static final String HEADER = "X-CSRF-TOKEN";
    static final String FIELD = "_csrf";

    private static final String NEW_SEED = FormTokens.class.getName();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Cookies cookies;

    FormTokens(Cookies cookies) {
        this.cookies = cookies;
    }

    @Override
    public CsrfToken generateToken(HttpServletRequest request) {
        byte[] seed = new byte[20];
        RANDOM.nextBytes(seed);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(seed);
        request.setAttribute(NEW_SEED, text);
        return derived(text);
    }

    @Override
    public void saveToken(@Nullable CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
        if (token != null && request.getAttribute(NEW_SEED) instanceof String seed) {
            cookies.setFormSeed(response, seed);
        }
    }

    @Override
    public @Nullable CsrfToken loadToken(HttpServletRequest request) {
        Optional<String> seed = cookies.session(request).or(() -> Requests.cookie(request, Cookies.FORM_SEED));
        return seed.map(FormTokens::derived).orElse(null);
    }

    private static CsrfToken derived(String seed) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("form token of " + seed).getBytes(StandardCharsets.UTF_8));
            return new DefaultCsrfToken(
                    HEADER, FIELD, Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
