package dev.tandem.server.identity;

import java.util.Optional;

/**
 * Which users are meant.
 *
 * @param search a part of username, name or e-mail address; empty for all
 * @param blocked empty: blocked or not
 */
public record UserFilter(String search, Optional<Boolean> blocked) {
    public static UserFilter of(String search) {
        return new UserFilter(search, Optional.empty());
    }
}
