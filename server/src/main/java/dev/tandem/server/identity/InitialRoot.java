package dev.tandem.server.identity;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the first administrator starts with; only looked at while the database has no user. For programs that start a
 * server and must sign in at once; people get a one-time password instead.
 *
 * @param password null: a one-time password is made
 * @param token a personal access token with scope api; null for none
 */
public record InitialRoot(
        @Nullable String password, @Nullable String token) {
    public static final String USERNAME = "root";

    /** In the data folder; holds the one-time password until it was replaced. */
    public static final String FILE = "initial-root-password";

    private static final int SHORTEST_TOKEN = 20;

    public InitialRoot {
        if (password != null && !Passwords.acceptable(password)) {
            throw new IllegalArgumentException("TANDEM_INITIAL_ROOT_PASSWORD must have " + Passwords.SHORTEST + " to "
                    + Passwords.LONGEST_BYTES + " characters");
        }
        if (token != null && token.length() < SHORTEST_TOKEN) {
            throw new IllegalArgumentException(
                    "TANDEM_INITIAL_ROOT_TOKEN must have at least " + SHORTEST_TOKEN + " characters");
        }
    }

    public static InitialRoot of(Map<String, String> environment) {
        return new InitialRoot(
                environment.get("TANDEM_INITIAL_ROOT_PASSWORD"), environment.get("TANDEM_INITIAL_ROOT_TOKEN"));
    }

    @Override
    public String toString() {
        return "InitialRoot[***]";
    }
}
