package dev.tandem.server.code;

import dev.tandem.server.platform.access.Role;
import java.util.Optional;

/**
 * Who may make tags of a name. Nobody moves or deletes such a tag by a push.
 *
 * @param name a tag, or a pattern in which {@code *} stands for any characters
 * @param create from which role on people may make it; empty: nobody
 */
public record ProtectedTag(long id, String name, Optional<Role> create) {
    /** Whether this rule is about the tag. */
    public boolean covers(String tag) {
        return ProtectedBranch.matches(name, tag);
    }
}
