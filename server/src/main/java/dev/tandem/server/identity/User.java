package dev.tandem.server.identity;

import java.time.Instant;

/**
 * A person, as of the moment of reading.
 *
 * @param username unique without regard to case; stands in addresses
 * @param admin whether this person administers the whole installation
 */
public record User(
        UserId id, String username, String name, String email, boolean admin, State state, Instant createdAt) {

    /** Whether somebody may do anything here; GitLab's words. */
    public enum State {
        ACTIVE("active"),
        /** By an administrator, until one unblocks them. */
        BLOCKED("blocked"),
        /** Away: tokens and keys do not work until they sign in again. */
        DEACTIVATED("deactivated"),
        /** Gone for ever. What they did stays, in a name that says so; GitLab's clients know no word for it. */
        DELETED("blocked");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** As on the wire. */
        public String word() {
            return word;
        }
    }

    /** Whether tokens, keys and sessions of theirs are refused, whatever the reason. */
    public boolean blocked() {
        return state != State.ACTIVE;
    }

    /** Whether they may sign in, which brings back who was deactivated. */
    public boolean mayEnter() {
        return state == State.ACTIVE || state == State.DEACTIVATED;
    }
}
