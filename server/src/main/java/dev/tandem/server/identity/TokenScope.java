package dev.tandem.server.identity;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a personal access token may be used for, in GitLab's words. */
public enum TokenScope {
    /** The whole API, reading and writing, and git. */
    API,
    /** The API, reading only. */
    READ_API,
    /** Clone and fetch by git. */
    READ_REPOSITORY,
    /** Clone, fetch and push by git. */
    WRITE_REPOSITORY,
    /** Calls the API in the name of any user; of use to administrators only. */
    SUDO;

    private static final Set<TokenScope> ALL = Set.copyOf(EnumSet.allOf(TokenScope.class));

    /** What somebody who signed in with a password holds. */
    public static Set<TokenScope> all() {
        return ALL;
    }

    /** As on the wire: {@code read_api}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a token of this user may be given. */
    public static Set<TokenScope> offeredTo(User user) {
        return Arrays.stream(values())
                .filter(scope -> scope != SUDO || user.admin())
                .collect(Collectors.toUnmodifiableSet());
    }

    public static Optional<TokenScope> of(String word) {
        return Arrays.stream(values())
                .filter(scope -> scope.word().equals(word))
                .findFirst();
    }
}
