package dev.tandem.server.code;

import dev.tandem.server.platform.web.Text;
import java.time.Instant;

/**
 * One thing that waits for somebody.
 *
 * @param state drawn before it, as on the wire: {@code failed}
 * @param what in one sentence
 * @param where the project; an empty text when it belongs to none
 * @param act what to do next, as the words of a link
 * @param href where that is done
 * @param at since when it waits, or until when there is time
 */
public record Need(Urgency urgency, String state, Text what, Text where, Text act, String href, Instant at) {
    /** The most pressing first. */
    public enum Urgency {
        /** Users are hurt. */
        BURNING,
        /** Something stands still in the middle. */
        STUCK,
        BROKEN,
        WAITING,
        /** Time runs out. */
        ENDING
    }
}
