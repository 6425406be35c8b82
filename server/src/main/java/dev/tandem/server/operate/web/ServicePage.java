package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.AgentTexts;
import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.Services;
import dev.tandem.server.operate.UptimeCheck;
import dev.tandem.server.operate.Wellness;
import dev.tandem.server.platform.web.Chart;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code operate/service.jte} shows.
 *
 * @param sentence whether it is well, and why
 * @param charted the environment whose signals are shown; null when none has any
 * @param maySet whether the viewer may change checks and notifications
 */
public record ServicePage(
        ProjectNav project,
        Wellness wellness,
        Text sentence,
        List<Place> places,
        @Nullable Charted charted,
        List<IncidentRow> incidents,
        List<CheckRow> checks,
        List<Change> changes,
        Services.Card card,
        boolean maySet) {

    /** @param errors per cent of the last minutes; null without requests */
    public record Place(
            EnvironmentState state,
            double perSecond,
            @Nullable Double errors,
            @Nullable Double p95) {}

    /** @param spans words to choose from */
    public record Charted(long environment, String name, String span, List<String> spans, List<Chart> charts) {}

    public record IncidentRow(Incident incident, Text title) {}

    public record CheckRow(UptimeCheck check, String environment) {}

    /** @param title of the commit; empty when it is gone */
    public record Change(
            long deployment, String environment, String sha, String title, String status, String by, Instant at) {}

    /** Word of the shape that stands for it. */
    public String state() {
        return state(wellness);
    }

    static String state(Wellness wellness) {
        return switch (wellness.level()) {
            case WELL -> "healthy";
            case UNWELL -> "unhealthy";
            case UNKNOWN -> "warning";
            case NOTHING -> "pending";
        };
    }

    static Text sentence(Wellness wellness) {
        if (wellness.reason() == Wellness.Reason.SICK) {
            List<String> said = wellness.arguments();
            return Text.of(
                    "operate.well.sick",
                    wellness.environment(),
                    AgentTexts.of(said.subList(1, said.size()), said.getFirst()));
        }
        Object[] arguments = new Object[wellness.arguments().size() + 1];
        arguments[0] = wellness.environment();
        for (int i = 0; i < wellness.arguments().size(); i++) {
            arguments[i + 1] = wellness.arguments().get(i);
        }
        return Text.of("operate.well." + wellness.reason().wire(), arguments);
    }
}
