package dev.tandem.server.code;

import dev.tandem.server.platform.DomainEvent;

/** A project and every row that belongs to it are gone; what listeners keep outside the database is theirs to remove. */
public record ProjectDeleted(long projectId) implements DomainEvent {}
