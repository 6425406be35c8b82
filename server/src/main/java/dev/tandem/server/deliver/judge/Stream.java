package dev.tandem.server.deliver.judge;

import java.util.Locale;

/** A kind of bad event whose share on the new revision is watched on its own. */
public enum Stream {
    /** Requests that failed: 5xx, refused, reset, timed out. */
    ERRORS,
    /** Requests slower than the old revision's median allows. */
    SLOW_P50,
    /** Requests slower than the old revision's 90th percentile allows. */
    SLOW_P90,
    /** Requests slower than the old revision's 99th percentile allows. */
    SLOW_P99,
    /** Probes that failed. */
    PROBE_ERRORS,
    /** Probes slower than the old revision's 90th percentile allows. */
    PROBE_SLOW,
    /** Failed requests of the new revision alone, beside the ratio that is allowed. */
    LIMIT_ERRORS,
    /** Requests of the new revision alone that were slower than its 95th percentile may be. */
    LIMIT_P95,
    /** The very first requests of the new revision, all of which failed. */
    FIRST_REQUESTS;

    /** As in JSON and in keys of messages. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for a word that is none of ours */
    public static Stream ofWire(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
