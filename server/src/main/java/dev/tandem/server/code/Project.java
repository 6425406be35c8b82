package dev.tandem.server.code;

import dev.tandem.server.identity.DeletionMark;
import dev.tandem.server.identity.ProjectFacts;
import java.time.Instant;
import java.util.Optional;

/**
 * A project: one repository and all that belongs to it.
 *
 * @param namespace full path of what holds it: a user's name, or a group's path such as {@code shop/backend}
 * @param path last segment of {@code fullPath}
 * @param fullPath as in page addresses: {@code root/shop}
 * @param description empty when there is none
 * @param isPublic whether anybody may read it
 * @param defaultBranch short name; of an empty repository the one that its first push is expected to bring
 * @param isEmpty whether no branch was pushed yet
 * @param creatorId the user who made it
 * @param mark that it is marked for deletion
 */
public record Project(
        long id,
        String namespace,
        String path,
        String fullPath,
        String name,
        String description,
        boolean isPublic,
        String defaultBranch,
        boolean isEmpty,
        long creatorId,
        Instant createdAt,
        Instant updatedAt,
        Optional<DeletionMark> mark) {
    /** What deciding about access needs. */
    public ProjectFacts facts() {
        return new ProjectFacts(id, fullPath, name, isPublic, mark.isPresent());
    }
}
