package dev.tandem.server.operate;

import dev.tandem.server.deliver.ReasonTexts;
import dev.tandem.server.platform.web.Text;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What pages and notices say of incidents, in any language. */
public final class IncidentTexts {
    private IncidentTexts() {}

    public static Text title(Incident incident) {
        String title = incident.title();
        return title == null
                ? Text.of(
                        "operate.origin." + incident.origin().wire(),
                        Objects.requireNonNullElse(incident.environment(), ""))
                : Text.plain(title);
    }

    /** Why a suspect is one, as a sentence. */
    public static Text sentence(Suspect suspect) {
        Text why = suspect.reason() == Suspect.Reason.FAILED ? reason(suspect.arguments()) : null;
        return why == null
                ? Text.of(
                        "operate.suspect." + suspect.reason().wire(),
                        suspect.arguments().toArray())
                : Text.of("operate.suspect.failed", why);
    }

    /**
     * Why a deployment did not succeed; null when it is not known.
     *
     * @param arguments anything, then the reason's code and its arguments
     */
    public static @Nullable Text reason(List<String> arguments) {
        return arguments.size() < 2 ? null : ReasonTexts.of(arguments.get(1), arguments.subList(2, arguments.size()));
    }
}
