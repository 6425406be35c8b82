package dev.tandem.server.code;

import dev.tandem.server.platform.DomainEvent;

/** A project was deleted and can still be brought back: nothing is to be started for it, and what runs for it is to end. */
public record ProjectMarked(long projectId) implements DomainEvent {}
