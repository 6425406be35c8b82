package dev.tandem.server.identity;

import java.util.Optional;

/** What is to change of an account; empty: it stays. */
public record UserEdit(Optional<String> name, Optional<String> email, Optional<Boolean> admin) {

    /** How a change ended. */
    public sealed interface Outcome {
        record Done(User user) implements Outcome {}

        record NoSuchUser() implements Outcome {}

        /** @param field {@code name} or {@code email}; its rule is shown by the form */
        record Invalid(String field) implements Outcome {}

        /** Nobody would be left to administer. */
        record LastAdministrator() implements Outcome {}
    }

    /** Without spaces around, and without what is as it was. */
    UserEdit against(User user) {
        return new UserEdit(
                name.map(String::strip).filter(text -> !text.equals(user.name())),
                email.map(String::strip).filter(text -> !text.equals(user.email())),
                admin.filter(wanted -> wanted != user.admin()));
    }

    boolean isNothing() {
        return name.isEmpty() && email.isEmpty() && admin.isEmpty();
    }

    /** For the audit log. */
    String words() {
        return String.join(
                ", ",
                java.util.stream.Stream.of(
                                name.map(text -> "name " + text),
                                email.map(text -> "e-mail " + text),
                                admin.map(yes -> yes ? "administrator" : "no administrator"))
                        .flatMap(Optional::stream)
                        .toList());
    }
}
