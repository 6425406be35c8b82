package dev.tandem.server.code;

/**
 * What a project to be made shall be; its values have passed {@link PathSegment} and the limits of {@link Projects}.
 *
 * @param namespace full path of what shall hold it
 * @param defaultBranch short name
 */
public record NewProject(
        String namespace, String path, String name, String description, boolean isPublic, String defaultBranch) {}
