package dev.tandem.server.insight.dora;

/** A service of a project, by the name that its environments share. */
public record Service(long projectId, String name) {}
