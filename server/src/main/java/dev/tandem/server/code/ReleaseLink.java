package dev.tandem.server.code;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file or page that belongs to a release; it lies elsewhere.
 *
 * @param id 0 before it is stored
 * @param filepath under which it is reached below the release, too: {@code /bin/app.jar}; null: it is not
 * @param type one of {@link #TYPES}
 */
public record ReleaseLink(
        long id, String name, String url, @Nullable String filepath, String type) {
    public static final List<String> TYPES = List.of("other", "runbook", "image", "package");

    private static final int LONGEST = 255;
    private static final int LONGEST_URL = 2000;
    private static final Set<String> SCHEMES = Set.of("http", "https", "ftp");
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9_.~+-]+(/[A-Za-z0-9_.~+-]+)*");

    /** Why it cannot be stored; empty when it can. */
    Optional<String> problem() {
        if (name.isBlank() || name.length() > LONGEST) {
            return Optional.of("the name of a link has 1 to " + LONGEST + " characters");
        }
        if (url.length() > LONGEST_URL || !isAddress(url)) {
            return Optional.of("the link '" + name + "' must lead to a http, https or ftp address");
        }
        if (filepath != null
                && (filepath.length() > LONGEST || !PATH.matcher(filepath).matches())) {
            return Optional.of("the path of the link '" + name + "' must look like /folder/file");
        }
        return TYPES.contains(type)
                ? Optional.empty()
                : Optional.of("the type of the link '" + name + "' must be one of " + String.join(", ", TYPES));
    }

    private static boolean isAddress(String url) {
        try {
            URI uri = new URI(url);
            return uri.getScheme() != null && SCHEMES.contains(uri.getScheme()) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
