package dev.tandem.runner;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers where the coordinator's queue stood and says how long to wait before asking again. Used by one thread. */
final class PollPause {
    private static final Logger LOG = LoggerFactory.getLogger(PollPause.class);
    private static final Duration HELD = Duration.ofMillis(900);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration FIRST_TROUBLE = Duration.ofMillis(100);
    private static final Duration LONGEST_TROUBLE = Duration.ofSeconds(5);
    private static final int FORBIDDEN_LIMIT = 3;
    private static final Duration FORBIDDEN_PAUSE = Duration.ofMinutes(10);

    private String lastUpdate = "";
    private long asked = System.nanoTime();
    private int forbidden;
    private int troubles;

    String lastUpdate() {
        asked = System.nanoTime();
        return lastUpdate;
    }

    Duration after(PollOutcome outcome) {
        forbidden = outcome instanceof PollOutcome.Forbidden ? forbidden + 1 : 0;
        troubles = outcome instanceof PollOutcome.Trouble ? troubles + 1 : 0;
        return switch (outcome) {
            case PollOutcome.Assigned assigned -> Duration.ZERO;
            case PollOutcome.Nothing(var update) -> afterNothing(update);
            case PollOutcome.Forbidden() -> afterForbidden();
            case PollOutcome.Trouble(var message) -> afterTrouble(message);
        };
    }

    /** A coordinator that holds requests is asked again at once, one that doesn't once a second. */
    private Duration afterNothing(String update) {
        var changed = !update.isEmpty() && !update.equals(lastUpdate);
        var held = System.nanoTime() - asked > HELD.toNanos();
        lastUpdate = update.isEmpty() ? lastUpdate : update;
        return changed || held ? Duration.ZERO : IDLE;
    }

    private Duration afterForbidden() {
        if (forbidden < FORBIDDEN_LIMIT) {
            LOG.warn("the coordinator does not accept this runner's token");
            return IDLE;
        }
        forbidden = 0;
        LOG.error(
                "the coordinator refused this runner's token {} times; asking again in {}",
                FORBIDDEN_LIMIT,
                FORBIDDEN_PAUSE);
        return FORBIDDEN_PAUSE;
    }

    private Duration afterTrouble(String message) {
        if (troubles == 1) {
            LOG.warn("no job could be asked for: {}", message);
        }
        var wait = FIRST_TROUBLE.multipliedBy(1L << Math.min(troubles - 1, 10));
        return wait.compareTo(LONGEST_TROUBLE) < 0 ? wait : LONGEST_TROUBLE;
    }
}
