package dev.tandem.agent;

import dev.tandem.agent.protocol.StepTraffic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pairs of one traffic step came to. Of each second only the first pair with an event of a kind counts as one, so
 * that one bad moment is not taken for many; which pair that is does not depend on whom it speaks against. Safe for use by
 * many threads.
 */
final class PairCounts {

    private final @Nullable Integer slowMillis;
    private final Side newer = new Side();
    private final Side older = new Side();
    private long lastError = Long.MIN_VALUE;
    private long lastSlow = Long.MIN_VALUE;

    /** @param slowMillis what counts as slow; null when nothing does */
    PairCounts(@Nullable Integer slowMillis) {
        this.slowMillis = slowMillis;
    }

    /**
     * @param warm whether latency says something about both revisions
     * @param second in which the pair ended
     */
    synchronized void add(ProbedStep.Outcome ofNew, ProbedStep.Outcome ofOld, boolean warm, long second) {
        newer.requests++;
        older.requests++;
        newer.errors += one(ofNew.bad());
        older.errors += one(ofOld.bad());
        if ((ofNew.bad() || ofOld.bad()) && second != lastError) {
            lastError = second;
            newer.errorEvents += one(ofNew.bad());
            older.errorEvents += one(ofOld.bad());
        }
        if (warm) {
            newer.judged++;
            older.judged++;
            slow(ofNew, ofOld, second);
        }
    }

    private void slow(ProbedStep.Outcome ofNew, ProbedStep.Outcome ofOld, long second) {
        boolean newIsSlow = isSlow(ofNew);
        boolean oldIsSlow = isSlow(ofOld);
        if ((newIsSlow || oldIsSlow) && second != lastSlow) {
            lastSlow = second;
            newer.slowEvents += one(newIsSlow);
            older.slowEvents += one(oldIsSlow);
        }
    }

    private boolean isSlow(ProbedStep.Outcome outcome) {
        return slowMillis != null && outcome.nanos() > slowMillis * 1_000_000L;
    }

    private static int one(boolean counts) {
        return counts ? 1 : 0;
    }

    Side newer() {
        return newer;
    }

    Side older() {
        return older;
    }

    /** One of the two revisions. */
    final class Side {
        private long requests;
        private long errors;
        private long judged;
        private long errorEvents;
        private long slowEvents;

        long requests() {
            synchronized (PairCounts.this) {
                return requests;
            }
        }

        StepTraffic told(String service, String step, String revision, String epoch) {
            synchronized (PairCounts.this) {
                List<Long> slow = slowMillis == null ? List.of() : List.of(slowEvents);
                return new StepTraffic(service, step, revision, epoch, requests, errors, judged, 0, errorEvents, slow);
            }
        }
    }
}
