package dev.tandem.server.code;

/**
 * All that its maintainers may change of a project, as it shall be.
 *
 * @param defaultBranch short name of a branch that exists
 */
public record ProjectEdit(String name, String description, boolean isPublic, String defaultBranch) {
    /** The project as it is. */
    public static ProjectEdit of(Project project) {
        return new ProjectEdit(project.name(), project.description(), project.isPublic(), project.defaultBranch());
    }
}
