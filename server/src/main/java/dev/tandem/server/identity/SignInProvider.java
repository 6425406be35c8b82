package dev.tandem.server.identity;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Another server that says who somebody is (OpenID Connect), without its secret.
 *
 * @param name stands in addresses: {@code company}
 * @param title on the button: {@code Company}
 * @param issuer as the provider calls itself; its description lies beneath
 * @param scopes asked for; {@code openid} always is
 * @param usernameClaim which of its claims becomes the username of an account made here
 * @param createsAccounts whether somebody who is not known yet gets an account
 * @param emailDomains of which domains the verified address of such a person must be; empty: of any
 */
public record SignInProvider(
        long id,
        String name,
        String title,
        String issuer,
        String clientId,
        List<String> scopes,
        String usernameClaim,
        boolean createsAccounts,
        List<String> emailDomains) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,49}");
    private static final Pattern WORD = Pattern.compile("[\\x21-\\x7e]{1,100}");
    private static final int LONGEST_TITLE = 100;
    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_ISSUER = 500;

    public SignInProvider {
        scopes = List.copyOf(scopes);
        emailDomains = List.copyOf(emailDomains);
    }

    /** The field that cannot be so; empty when all can. */
    Optional<String> invalidField() {
        if (!NAME.matcher(name).matches()) {
            return Optional.of("name");
        }
        if (title.isBlank() || title.length() > LONGEST_TITLE) {
            return Optional.of("title");
        }
        if (issuer.length() > LONGEST_ISSUER || !isSafeAddress(issuer)) {
            return Optional.of("issuer");
        }
        if (clientId.isBlank() || clientId.length() > LONGEST_TEXT) {
            return Optional.of("client-id");
        }
        if (!scopes.stream().allMatch(word -> WORD.matcher(word).matches())
                || String.join(" ", scopes).length() > 400) {
            return Optional.of("scopes");
        }
        return WORD.matcher(usernameClaim).matches() ? Optional.empty() : Optional.of("username-claim");
    }

    /** Whoever stands between could be anybody, so it is https, or this machine. */
    private static boolean isSafeAddress(String text) {
        try {
            URI address = new URI(text);
            String host = address.getHost();
            return host != null
                    && address.getQuery() == null
                    && address.getFragment() == null
                    && ("https".equals(address.getScheme())
                            || ("http".equals(address.getScheme())
                                    && List.of("localhost", "127.0.0.1", "[::1]")
                                            .contains(host)));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Whether a person with this address may get an account. */
    boolean admits(String email, boolean verified) {
        String domain = email.substring(email.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        return emailDomains.isEmpty() || (verified && emailDomains.contains(domain));
    }
}
