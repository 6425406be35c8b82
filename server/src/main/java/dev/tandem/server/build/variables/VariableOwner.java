package dev.tandem.server.build.variables;

import dev.tandem.server.identity.ProjectFacts;
import org.jspecify.annotations.Nullable;

/** Whose variables: the installation's, which all jobs get, or a project's. */
public sealed interface VariableOwner {
    record Installation() implements VariableOwner {}

    record OfProject(ProjectFacts project) implements VariableOwner {}

    /** As the store knows it: null for the installation. */
    default @Nullable Long projectId() {
        return switch (this) {
            case Installation() -> null;
            case OfProject(ProjectFacts project) -> project.id();
        };
    }

    /** As the audit log calls it. */
    default String target() {
        return switch (this) {
            case Installation() -> "installation";
            case OfProject(ProjectFacts project) -> project.fullPath();
        };
    }
}
