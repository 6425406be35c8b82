package dev.tandem.server.code;

import java.time.Instant;
import java.util.Optional;

/**
 * A tag and the commit it leads to.
 *
 * @param target sha of the annotation, or of the commit when there is none
 * @param message of the annotation; empty when there is none
 */
public record Tag(String name, String target, String message, Optional<Instant> createdAt, Commit commit) {}
