package dev.tandem.server.platform;

/**
 * Something that happened, told in the past tense to packages further down. Implemented by records that Jackson can
 * write and read again; old ones must stay readable while they wait in the database.
 */
public interface DomainEvent {}
