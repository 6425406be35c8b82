package dev.tandem.server.code;

import java.time.Instant;
import java.util.List;

/**
 * What a project released.
 *
 * @param sha the commit that the tag led to when it was released
 * @param releasedAt may lie ahead
 */
public record Release(
        long id,
        long projectId,
        String tagName,
        String name,
        String description,
        String sha,
        long authorId,
        Instant createdAt,
        Instant releasedAt,
        List<ReleaseLink> links) {
    public Release {
        links = List.copyOf(links);
    }
}
