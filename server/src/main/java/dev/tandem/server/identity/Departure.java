package dev.tandem.server.identity;

import java.util.List;

/** How it ended to block, deactivate or delete somebody, or to bring them back. */
public sealed interface Departure {
    /** @param user as before */
    record Done(User user) implements Departure {}

    record NoSuchUser() implements Departure {}

    /** Refused: nobody locks themself out. */
    record Yourself() implements Departure {}

    /** Refused: nobody would be left to administer. */
    record LastAdministrator() implements Departure {}

    /** Refused: there is no way from this state. */
    record NotFrom(User.State state) implements Departure {}

    /** Refused: these groups would be nobody's. At most 20 of their full paths. */
    record SoleOwner(List<String> groups) implements Departure {}
}
