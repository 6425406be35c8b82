package dev.tandem.server.code.web;

import dev.tandem.server.identity.DeletionMark;
import java.time.Instant;

/**
 * That something is marked for deletion, as pages tell it.
 *
 * @param address of its settings, under which it is restored and deleted for good
 * @param deletedAt when that happens by itself
 * @param withGroup whether it goes with a group above, which alone can be restored
 */
public record Marked(String fullPath, String address, String by, Instant at, Instant deletedAt, boolean withGroup) {
    static Marked of(String fullPath, String address, DeletionMark mark, Instant deletedAt) {
        return new Marked(
                fullPath,
                address,
                mark.by(),
                mark.at(),
                deletedAt,
                mark.withGroup().isPresent());
    }
}
