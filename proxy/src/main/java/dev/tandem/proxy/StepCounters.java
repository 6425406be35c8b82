package dev.tandem.proxy;

import dev.tandem.proxy.RoutingTable.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** What the requests that one traffic step shared out came to, by revision. Safe for use by many threads. */
final class StepCounters {
    private final Watch watch;
    private final Once once = new Once();
    private final Side newer;
    private final Side older;

    StepCounters(Watch watch) {
        this.watch = watch;
        this.newer = new Side(watch.newRevision());
        this.older = new Side(watch.oldRevision() == null ? "" : watch.oldRevision());
    }

    Watch watch() {
        return watch;
    }

    /** Null for a revision that the step does not compare. */
    @Nullable
    Side of(String revision) {
        if (revision.equals(newer.revision)) {
            return newer;
        }
        return revision.equals(older.revision) ? older : null;
    }

    List<Side> sides() {
        return watch.oldRevision() == null ? List.of(newer) : List.of(newer, older);
    }

    /** One of the two revisions. */
    final class Side {
        private final String revision;
        private final AtomicLong requests = new AtomicLong();
        private final AtomicLong errors = new AtomicLong();
        private final AtomicLong judgedForLatency = new AtomicLong();
        private final AtomicLong overLimit = new AtomicLong();
        private final AtomicLong errorEvents = new AtomicLong();
        private final AtomicLongArray slowEvents =
                new AtomicLongArray(watch.thresholdsMillis().size());

        private Side(String revision) {
            this.revision = revision;
        }

        /** An attempt ended: with an answer, without one, or because its client gave up. */
        void ended(boolean bad, long nanos, boolean warm, String client) {
            requests.incrementAndGet();
            if (bad) {
                failed(client);
            }
            if (warm) {
                judgedForLatency.incrementAndGet();
                slow(nanos, client);
            }
        }

        /** An attempt that ended well at first failed after all. */
        void failed(String client) {
            errors.incrementAndGet();
            if (once.first(client, -1, second())) {
                errorEvents.incrementAndGet();
            }
        }

        private void slow(long nanos, String client) {
            Integer limit = watch.limitMillis();
            if (limit != null && longer(nanos, limit)) {
                overLimit.incrementAndGet();
            }
            for (int i = 0; i < slowEvents.length(); i++) {
                if (longer(nanos, watch.thresholdsMillis().get(i)) && once.first(client, i, second())) {
                    slowEvents.incrementAndGet(i);
                }
            }
        }

        private static boolean longer(long nanos, int millis) {
            return nanos > TimeUnit.MILLISECONDS.toNanos(millis);
        }

        private static long second() {
            return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        }

        String revision() {
            return revision;
        }

        long requests() {
            return requests.get();
        }

        long errors() {
            return errors.get();
        }

        long judgedForLatency() {
            return judgedForLatency.get();
        }

        long overLimit() {
            return overLimit.get();
        }

        long errorEvents() {
            return errorEvents.get();
        }

        List<Long> slowEvents() {
            List<Long> counts = new ArrayList<>(slowEvents.length());
            for (int i = 0; i < slowEvents.length(); i++) {
                counts.add(slowEvents.get(i));
            }
            return counts;
        }
    }
}
