package dev.tandem.server.operate;

import dev.tandem.server.deliver.Tally;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The row of a revision that is being written: what is over as bytes, and the step that still grows. Not safe for use by many
 * threads.
 */
final class SignalChunk {
    private final Resolution resolution;
    private final Instant start;
    private final ByteArrayOutputStream over = new ByteArrayOutputStream();
    private SignalCodec.@Nullable Stored growing;
    private boolean urgent;
    private boolean dirty;
    /** Whether what an earlier process wrote of it is part of it. */
    private boolean whole;

    SignalChunk(Resolution resolution, Instant start) {
        this.resolution = resolution;
        this.start = start;
    }

    Instant start() {
        return start;
    }

    Resolution resolution() {
        return resolution;
    }

    void add(Instant at, TrafficMeter.Added added) {
        int offset = resolution.offset(at);
        int weight = added.weight() == null ? SignalCodec.UNKNOWN : added.weight();
        SignalCodec.Stored next = new SignalCodec.Stored(offset, added.covered().toMillis(), weight, added.tally());
        SignalCodec.Stored last = growing;
        if (last == null) {
            growing = next;
        } else if (last.offset() == offset || (isIdle(last) && isIdle(next))) {
            growing = last.with(next);
        } else {
            SignalCodec.write(over, last);
            growing = next;
        }
        dirty = true;
        urgent |= added.tally().requests() > 0;
    }

    /** Seconds without requests are told as one. */
    private boolean isIdle(SignalCodec.Stored point) {
        return resolution == Resolution.SECOND && point.tally().equals(Tally.NONE);
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream(over.size() + 40);
        all.writeBytes(over.toByteArray());
        if (growing != null) {
            SignalCodec.write(all, growing);
        }
        return all.toByteArray();
    }

    /** Whether it holds something that no row has; {@code soon} asks for what had requests only. */
    boolean isDue(boolean soon) {
        return soon ? urgent : dirty;
    }

    /** What it holds is being written. */
    void taken() {
        dirty = false;
        urgent = false;
    }

    /** It could not be written. */
    void again() {
        dirty = true;
        urgent = true;
    }

    boolean isWhole() {
        return whole;
    }

    /** @param earlier what an earlier process wrote of it; empty when none did */
    void complete(byte[] earlier) {
        byte[] since = over.toByteArray();
        over.reset();
        over.writeBytes(earlier);
        over.writeBytes(since);
        whole = true;
    }
}
