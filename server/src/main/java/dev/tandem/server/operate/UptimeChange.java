package dev.tandem.server.operate;

import java.time.Instant;

/**
 * A check got the answer that it should again, or did not for so often that its service is down.
 *
 * @param detail what was wrong last, in English
 */
record UptimeChange(long checkId, long environmentId, String name, boolean down, String detail, Instant at) {
    /** Names it for ever. */
    String key() {
        return "uptime-" + (down ? "down-" : "up-") + checkId + "-" + at.toEpochMilli();
    }
}
