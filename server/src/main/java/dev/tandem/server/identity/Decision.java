package dev.tandem.server.identity;

/** Whether somebody may do something with a project, and what to answer if not. */
public sealed interface Decision {
    /** Go on. */
    record Allowed() implements Decision {}

    /** Not even to be seen: answer as if the project did not exist (404). */
    record Hidden() implements Decision {}

    /** May see the project but not do this (403). {@code why} is a sentence for the one who asked. */
    record Forbidden(String why) implements Decision {}

    default boolean isAllowed() {
        return this instanceof Allowed;
    }
}
