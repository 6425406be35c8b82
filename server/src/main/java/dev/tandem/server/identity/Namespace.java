package dev.tandem.server.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * What holds projects: the namespace of a user, or a group.
 *
 * @param parentId the group that this group lies in; empty at the top
 * @param userId whose it is; empty for a group
 * @param path last segment of {@code fullPath}
 * @param isPublic whether anybody may see the group; false for a user's
 * @param mark that it is marked for deletion
 */
public record Namespace(
        long id,
        Kind kind,
        Optional<Long> parentId,
        Optional<UserId> userId,
        String path,
        String fullPath,
        String name,
        String description,
        boolean isPublic,
        Instant createdAt,
        Instant updatedAt,
        Optional<DeletionMark> mark) {

    /** Whether a person or a group of people stands behind it; GitLab's words. */
    public enum Kind {
        USER("user"),
        GROUP("group");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As in the database and on the wire. */
        public String word() {
            return word;
        }
    }

    public boolean isGroup() {
        return kind == Kind.GROUP;
    }
}
