package dev.tandem.server.operate;

import dev.tandem.server.deliver.Signals;
import java.time.Duration;
import java.time.Instant;

/** How finely signals are kept, and for how long. A chunk is what one row holds. */
enum Resolution {
    SECOND(1, 60, Signals.SECONDS_KEPT),
    MINUTE(60, 3600, Signals.MINUTES_KEPT);

    private final int stepSeconds;
    private final int chunkSeconds;
    private final Duration kept;

    Resolution(int stepSeconds, int chunkSeconds, Duration kept) {
        this.stepSeconds = stepSeconds;
        this.chunkSeconds = chunkSeconds;
        this.kept = kept;
    }

    static Resolution of(Duration step) {
        return step.compareTo(Signals.MINUTE) < 0 ? SECOND : MINUTE;
    }

    int stepSeconds() {
        return stepSeconds;
    }

    /** Where the chunk that holds {@code at} begins. */
    Instant chunk(Instant at) {
        return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), chunkSeconds) * (long) chunkSeconds);
    }

    /** Which step of its chunk. */
    int offset(Instant at) {
        return Math.toIntExact(Math.floorMod(at.getEpochSecond(), (long) chunkSeconds) / stepSeconds);
    }

    Instant at(Instant chunk, int offset) {
        return chunk.plusSeconds((long) offset * stepSeconds);
    }

    /** Chunks that begin before this are no longer kept. */
    Instant oldest(Instant now) {
        return now.minus(kept).minusSeconds(chunkSeconds);
    }
}
