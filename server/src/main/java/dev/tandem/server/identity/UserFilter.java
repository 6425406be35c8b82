package dev.tandem.server.identity;

import java.util.Optional;

/**
 * Which users are meant.
 *
 * @param search a part of username, name or e-mail address; empty for all
 * @param state empty: all but those who are deleted
 */
public record UserFilter(String search, Optional<User.State> state) {
    public static UserFilter of(String search) {
        return new UserFilter(search, Optional.empty());
    }
}
