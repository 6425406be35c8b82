package dev.tandem.server.identity;

/** How making or changing a group ended. */
public sealed interface GroupChange {
    record Done(Namespace group) implements GroupChange {}

    /** A user, group or project has this address already, or one that differs in case only. */
    record PathTaken(String path) implements GroupChange {}

    /** @param field as on the wire; @param problem to be put behind it: "can't be blank" */
    record Invalid(String field, String problem) implements GroupChange {}
}
