package dev.tandem.server.identity;

/**
 * What deciding about access to a project needs.
 *
 * @param fullPath {@code namespace/path}
 * @param isPublic whether anybody may read it
 * @param marked whether it is marked for deletion: its owners may see it and bring it back, nothing else is possible
 */
public record ProjectFacts(long id, String fullPath, String name, boolean isPublic, boolean marked) {
    /** The last part of its full path. */
    public String path() {
        return fullPath.substring(fullPath.lastIndexOf('/') + 1);
    }
}
