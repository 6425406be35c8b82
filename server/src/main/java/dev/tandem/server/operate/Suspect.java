package dev.tandem.server.operate;

import java.util.List;
import java.util.Locale;

/**
 * A deployment that may be the cause.
 *
 * @param projectId of the deployment; another one when it is a dependency
 * @param place from 1, the likeliest first
 * @param arguments of the message {@code operate.suspect.REASON}
 */
public record Suspect(long deploymentId, long projectId, int place, Reason reason, List<String> arguments) {
    public Suspect {
        arguments = List.copyOf(arguments);
    }

    /** Why it is suspected. */
    public enum Reason {
        /** It failed itself. Argument: why. */
        FAILED,
        /** It was taken back. */
        TAKEN_BACK,
        /** It serves, and was brought there a short time before. Argument: minutes. */
        SERVES_NEW,
        /** It serves. */
        SERVES,
        /** It was brought to this environment a short time before. Argument: minutes. */
        BEFORE,
        /** Something that the service depends on was changed a short time before. Arguments: its name, minutes. */
        DEPENDENCY,
        /** A person said so. */
        NAMED;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Reason ofWire(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }
}
