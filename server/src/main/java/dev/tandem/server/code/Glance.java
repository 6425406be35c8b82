package dev.tandem.server.code;

import dev.tandem.server.platform.web.Text;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A short answer to one of the questions that everybody asks of a project first.
 *
 * @param state drawn before it, as on the wire; null when there is none
 * @param text the answer; an environment's name, a commit's title
 * @param detail told beside it, small; an empty text for nothing
 * @param href where more of it is
 * @param at when it came to be so; null when unknown
 */
public record Glance(
        Question question,
        @Nullable String state,
        Text text,
        Text detail,
        String href,
        @Nullable Instant at) {
    /** In the order in which they are answered. */
    public enum Question {
        GREEN,
        RUNS,
        CHANGED
    }
}
