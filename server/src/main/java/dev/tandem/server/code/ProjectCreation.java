package dev.tandem.server.code;

/** What came of making a project. */
public sealed interface ProjectCreation {
    record Created(Project project) implements ProjectCreation {}

    /** A project of this path, or one that differs in case only, exists in the namespace. */
    record PathTaken(String path) implements ProjectCreation {}

    /** @param field as on the wire; @param problem to be put behind it: "can't be blank" */
    record Invalid(String field, String problem) implements ProjectCreation {}
}
