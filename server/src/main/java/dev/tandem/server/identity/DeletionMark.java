package dev.tandem.server.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * That somebody deleted a project or group which can still be brought back.
 *
 * @param by as the audit log calls who did it
 * @param withGroup the group above that was deleted; empty when it was the project or group itself
 */
public record DeletionMark(Instant at, String by, Optional<Long> withGroup) {}
