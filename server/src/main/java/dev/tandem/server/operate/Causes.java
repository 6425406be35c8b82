package dev.tandem.server.operate;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an incident says is still wrong, purely from its timeline: each thing that hurts must itself be told to be over. */
final class Causes {
    static final String HEALTH = "health";
    /** Followed by the check's id. */
    static final String CHECK = "check:";

    /** Somebody said so; only somebody can say otherwise. */
    private static final String PEOPLE = "people";

    private Causes() {}

    /** @param events oldest first */
    static Set<String> open(List<IncidentEvent> events) {
        Set<String> open = new LinkedHashSet<>();
        for (IncidentEvent event : events) {
            switch (event.kind()) {
                case LOST_HEALTH, UPTIME_CHECK -> open.add(cause(event));
                case HEALTH_BACK, UPTIME_BACK -> open.remove(cause(event));
                case FAILED_ROLLBACK, PERSON, ELSEWHERE -> open.add(PEOPLE);
                case RECOVERED, MENDED, RESOLVED, QUIET -> open.clear();
                case FAILED_ROLLOUT, ROLLBACK, ACKNOWLEDGED, ASSIGNED, UNASSIGNED, NOTE -> {}
            }
        }
        return open;
    }

    /** Of lost health and of checks, whose last argument is their id. */
    static String cause(IncidentEvent event) {
        return switch (event.kind()) {
            case UPTIME_CHECK, UPTIME_BACK -> CHECK + event.arguments().getLast();
            default -> HEALTH;
        };
    }
}
