package dev.tandem.server.code;

/** Data of the durable task that removes the repository of a deleted project. */
public record RepositoryRemoval(long projectId) {}
