package dev.tandem.bench.simulation;

import dev.tandem.server.deliver.judge.Counts;
import java.util.Arrays;

/** What one revision's requests came to, counted as the proxy does. */
final class Side {
    /** Streams of bad events among clients' requests: errors, and slow at three thresholds. */
    static final int STREAMS = 4;

    /** Among probes: errors, and slow. */
    static final int PROBE_STREAMS = 2;

    long requests;
    long errors;
    long warm;
    final long[] events;

    Side(int streams) {
        events = new long[streams];
    }

    Counts counts() {
        return new Counts(
                requests, errors, warm, 0, Arrays.stream(events).boxed().toList());
    }
}
