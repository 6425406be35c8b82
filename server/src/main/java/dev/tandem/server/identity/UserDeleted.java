package dev.tandem.server.identity;

import dev.tandem.server.platform.DomainEvent;

/** An account was deleted for good; what others keep of theirs alone may go. */
public record UserDeleted(UserId userId) implements DomainEvent {}
