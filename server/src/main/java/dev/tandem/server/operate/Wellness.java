package dev.tandem.server.operate;

import dev.tandem.server.deliver.EnvironmentState;
import dev.tandem.server.deliver.Tally;
import dev.tandem.server.deliver.Tier;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service is well, with the one reason that matters most, purely from what is seen of its environments.
 *
 * @param environment which one it is about; empty when there is none
 * @param arguments of the message {@code operate.well.REASON}, after the environment
 */
public record Wellness(Level level, Reason reason, String environment, List<String> arguments) {
    /** So many requests, and so many of them in a hundred failed, are too many. */
    private static final long FEWEST = 20;

    private static final double MOST_ERRORS = 0.05;

    public Wellness {
        arguments = List.copyOf(arguments);
    }

    /** In the order of what needs looking at. */
    public enum Level {
        UNWELL,
        UNKNOWN,
        WELL,
        NOTHING;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why. */
    public enum Reason {
        /** An incident is open and the service is not known to be well. Argument: its number. */
        INCIDENT,
        /** The serving revision is not healthy. Arguments: the agent's sentence in English, then as {@code AgentTexts} keeps it. */
        SICK,
        /** A check is not answered as it should. Argument: its name. */
        DOWN,
        /** Arguments: per cent, requests. */
        ERRORS,
        /** Its agent does not tell. */
        SILENT,
        /** Nothing is deployed. */
        NOTHING,
        /** What serves there is not run by an agent of ours. */
        ELSEWHERE,
        /** Argument: requests a second. */
        WELL,
        /** Well, without requests. */
        IDLE;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is seen of one environment.
     *
     * @param recent requests of the last minutes
     * @param perSecond of these
     * @param unwell number of the open incident that is not over; null for none
     * @param down names of checks that are down
     */
    public record Seen(
            EnvironmentState state,
            Tally recent,
            double perSecond,
            @Nullable Long unwell,
            List<String> down) {
        Tier tier() {
            return state.environment().tier();
        }
    }

    /** Of the environments that matter most; production, where there is one. */
    static Wellness of(List<Seen> environments) {
        Optional<Tier> tier = environments.stream()
                .filter(seen -> seen.state().current() != null)
                .map(Seen::tier)
                .min(Comparator.naturalOrder());
        return tier.flatMap(first -> environments.stream()
                        .filter(seen -> seen.tier() == first && seen.state().current() != null)
                        .map(Wellness::of)
                        .min(Comparator.comparing(Wellness::level)))
                .orElse(new Wellness(Level.NOTHING, Reason.NOTHING, "", List.of()));
    }

    static Wellness of(Seen seen) {
        EnvironmentState state = seen.state();
        String name = state.environment().name();
        if (seen.unwell() != null) {
            return new Wellness(Level.UNWELL, Reason.INCIDENT, name, List.of(Long.toString(seen.unwell())));
        }
        if (List.of("unhealthy", "crashed", "failed").contains(state.health().state())) {
            return new Wellness(
                    Level.UNWELL,
                    Reason.SICK,
                    name,
                    Stream.concat(Stream.of(state.health().message()), state.health().said().stream())
                            .toList());
        }
        if (!seen.down().isEmpty()) {
            return new Wellness(
                    Level.UNWELL, Reason.DOWN, name, List.of(seen.down().getFirst()));
        }
        double ratio = seen.recent().errorRatio().orElse(0);
        if (seen.recent().requests() >= FEWEST && ratio >= MOST_ERRORS) {
            return new Wellness(
                    Level.UNWELL,
                    Reason.ERRORS,
                    name,
                    List.of(decimal(ratio * 100), Long.toString(seen.recent().requests())));
        }
        if (state.environment().agentId() == null) {
            return new Wellness(Level.UNKNOWN, Reason.ELSEWHERE, name, List.of());
        }
        if (state.health().state().equals("unknown")) {
            return new Wellness(Level.UNKNOWN, Reason.SILENT, name, List.of());
        }
        return seen.recent().requests() == 0
                ? new Wellness(Level.WELL, Reason.IDLE, name, List.of())
                : new Wellness(Level.WELL, Reason.WELL, name, List.of(decimal(seen.perSecond())));
    }

    private static String decimal(double value) {
        return value >= 10 ? Long.toString(Math.round(value)) : String.format(Locale.ROOT, "%.1f", value);
    }

    /** For programs. */
    public String sentence() {
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        return switch (reason) {
            case INCIDENT -> environment + " is not well: incident #" + first + " is open.";
            case SICK -> environment + " is not healthy: " + first;
            case DOWN -> environment + " is not well: the check " + first + " is not answered as it should.";
            case ERRORS ->
                environment + " is not well: " + first + " % of the last " + arguments.getLast() + " requests failed.";
            case SILENT -> "It is not known how " + environment + " is: its agent does not tell.";
            case ELSEWHERE -> "It is not known how " + environment + " is: no agent of ours runs it.";
            case NOTHING -> "Nothing is deployed.";
            case WELL -> environment + " is well and answers " + first + " requests a second.";
            case IDLE -> environment + " is well; nobody asks it just now.";
        };
    }
}
