package dev.tandem.server.operate;

import java.util.Locale;

/** What opened an incident, or was added to one that was open. */
public enum IncidentOrigin {
    /** A rollout did not succeed; requests went back to the old revision, or never left it. */
    FAILED_ROLLOUT,
    /** Somebody, or the judge, brought back what served before. */
    ROLLBACK,
    /** Bringing back what served before did not succeed. */
    FAILED_ROLLBACK,
    /** The revision that serves is not healthy any more. */
    LOST_HEALTH,
    /** A request from outside was not answered as it should. */
    UPTIME_CHECK,
    /** A person opened it. */
    PERSON,
    /** Another program told of it. */
    ELSEWHERE;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static IncidentOrigin ofWire(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
