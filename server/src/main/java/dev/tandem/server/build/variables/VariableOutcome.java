package dev.tandem.server.build.variables;

import dev.tandem.server.build.variables.ProjectVariables.Clear;

/** What came of the wish to store a variable. */
public sealed interface VariableOutcome {
    record Stored(Clear variable) implements VariableOutcome {}

    /** There is no such variable to change. */
    record Missing() implements VariableOutcome {}

    /**
     * It stays as it was.
     *
     * @param problem what is wrong with the field, in the words of GitLab's API
     * @param code the same as the last part of a message key
     */
    record Refused(String field, String problem, String code) implements VariableOutcome {}
}
