package dev.tandem.server.code.imports;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * From where a repository is imported.
 *
 * @param address without user and password
 * @param user empty for nobody
 * @param password never stored and never logged
 */
public record ImportUrl(URI address, String user, String password) {
    private static final int LONGEST = 2000;

    /** Empty for what is no http or https address with a host. */
    public static Optional<ImportUrl> of(String text) {
        try {
            URI uri = new URI(text.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (text.length() > LONGEST
                    || !Set.of("http", "https").contains(scheme)
                    || uri.getHost() == null
                    || uri.getRawFragment() != null
                    || uri.getRawQuery() != null) {
                return Optional.empty();
            }
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            String info = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
            int colon = info.indexOf(':');
            return Optional.of(new ImportUrl(
                    new URI(scheme + "://" + uri.getHost() + port + path),
                    decoded(colon < 0 ? info : info.substring(0, colon)),
                    decoded(colon < 0 ? "" : info.substring(colon + 1))));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public boolean hasCredentials() {
        return !user.isEmpty() || !password.isEmpty();
    }

    private static String decoded(String raw) {
        return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Tells nobody the password. */
    @Override
    public String toString() {
        return address.toString();
    }
}
