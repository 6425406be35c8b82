package dev.tandem.server.operate;

import java.util.List;

/** English sentences for programs, mails and logs; pages take theirs from the message bundles. */
public final class IncidentWords {
    private IncidentWords() {}

    public static String title(Incident incident) {
        if (incident.title() != null) {
            return incident.title();
        }
        String where = incident.environment() == null ? "the service" : incident.environment();
        return switch (incident.origin()) {
            case FAILED_ROLLOUT -> "Rollout to " + where + " failed";
            case ROLLBACK -> where + " was rolled back";
            case FAILED_ROLLBACK -> "Rollback of " + where + " failed";
            case LOST_HEALTH -> where + " is not healthy";
            case UPTIME_CHECK -> where + " does not answer as it should";
            case PERSON, ELSEWHERE -> "Incident on " + where;
        };
    }

    /** Why a suspect is one. */
    public static String sentence(Suspect suspect) {
        List<String> arguments = suspect.arguments();
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        return switch (suspect.reason()) {
            case FAILED -> first.isEmpty() ? "Its rollout failed." : "Its rollout failed: " + first;
            case TAKEN_BACK -> "It was taken back.";
            case NAMED -> "It was named as the cause.";
            case SERVES_NEW -> "It serves, and was brought there " + first + " min before.";
            case SERVES -> "It serves.";
            case BEFORE -> "It was brought there " + first + " min before.";
            case DEPENDENCY ->
                "The service depends on " + first + ", which was changed " + arguments.getLast() + " min before.";
        };
    }
}
