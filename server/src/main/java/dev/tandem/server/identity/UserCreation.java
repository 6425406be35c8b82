package dev.tandem.server.identity;

/** How making a user ended. */
public sealed interface UserCreation {
    record Created(User user) implements UserCreation {}

    /** Somebody has this name already, perhaps written with other capitals. */
    record UsernameTaken() implements UserCreation {}

    /** Too many passwords are being hashed; ask again. */
    record Busy() implements UserCreation {}

    /** @param field {@code username}, {@code name}, {@code email} or {@code password}; its rule is shown by the form */
    record Invalid(String field) implements UserCreation {}
}
