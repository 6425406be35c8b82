package dev.tandem.server.deliver;

import dev.tandem.server.platform.web.Text;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An environment and how it is now.
 *
 * @param current the deployment whose revision gets the requests; null when none does
 * @param newest the latest deployment, however it went; null when there was none
 * @param url where its service answers; null when unknown
 */
public record EnvironmentState(
        Environment environment,
        @Nullable Deployment current,
        @Nullable Deployment newest,
        Health health,
        @Nullable String url) {

    /**
     * How the serving revision is.
     *
     * @param state a {@code RevisionState} in lower case, {@code unknown} when its agent has not told, {@code none} when
     *     nothing serves
     * @param message one sentence in English; empty when there is nothing to say
     * @param said the same as {@link AgentTexts} keeps it; empty when its agent gives no more than the sentence
     * @param heardAt when the agent said so; null when it did not
     */
    public record Health(
            String state,
            String message,
            List<String> said,
            @Nullable Instant heardAt) {
        public Health {
            said = List.copyOf(said);
        }

        /** The sentence, to be told in the reader's language. */
        public Text text() {
            return AgentTexts.of(said, message);
        }
    }
}
