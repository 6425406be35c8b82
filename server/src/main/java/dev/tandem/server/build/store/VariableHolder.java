package dev.tandem.server.build.store;

import org.jspecify.annotations.Nullable;

/** Whose variables: a project's, a group's, or with neither of the two the installation's. */
public record VariableHolder(
        @Nullable Long groupId, @Nullable Long projectId) {
    public static final VariableHolder INSTALLATION = new VariableHolder(null, null);

    public static VariableHolder group(long id) {
        return new VariableHolder(id, null);
    }

    public static VariableHolder project(long id) {
        return new VariableHolder(null, id);
    }
}
