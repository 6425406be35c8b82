package dev.tandem.server.build.variables;

import dev.tandem.server.build.store.VariableHolder;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;

/** Whose variables: the installation's, which all jobs get, a group's, which those of the projects below get, or a project's. */
public sealed interface VariableOwner {
    record Installation() implements VariableOwner {}

    record OfGroup(Namespace group) implements VariableOwner {}

    record OfProject(ProjectFacts project) implements VariableOwner {}

    default VariableHolder holder() {
        return switch (this) {
            case Installation() -> VariableHolder.INSTALLATION;
            case OfGroup(Namespace group) -> VariableHolder.group(group.id());
            case OfProject(ProjectFacts project) -> VariableHolder.project(project.id());
        };
    }

    /** Whether its variables may be for some environments only; as in GitLab, all jobs get the installation's. */
    default boolean hasScopes() {
        return !(this instanceof Installation);
    }

    /** As the audit log calls it. */
    default String target() {
        return switch (this) {
            case Installation() -> "installation";
            case OfGroup(Namespace group) -> group.fullPath();
            case OfProject(ProjectFacts project) -> project.fullPath();
        };
    }
}
