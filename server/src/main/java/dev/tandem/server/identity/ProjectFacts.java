package dev.tandem.server.identity;

/**
 * What deciding about access to a project needs.
 *
 * @param fullPath {@code namespace/path}
 * @param isPublic whether anybody may read it
 */
public record ProjectFacts(long id, String fullPath, String name, boolean isPublic) {}
