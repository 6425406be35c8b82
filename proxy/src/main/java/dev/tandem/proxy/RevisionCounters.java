package dev.tandem.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What one revision answered since the proxy started. Safe for use by many threads. */
final class RevisionCounters {

    /** Upper bounds (inclusive) of the latency buckets in milliseconds; one more follows for everything above. */
    static final List<Integer> BUCKET_MILLIS = List.of(
            1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 10000,
            30000);

    static final long COLD_REQUESTS = 500;
    private static final long COLD_NANOS = 10_000_000_000L;

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong answered5xx = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLongArray buckets = new AtomicLongArray(BUCKET_MILLIS.size() + 1);

    private volatile List<RoutingTable.Instance> instances = List.of();
    private volatile long runsSince;
    private volatile long requestsBefore;

    /** Its processes listen here from now on; new ones are cold. */
    void runsAt(List<RoutingTable.Instance> where) {
        if (!where.isEmpty() && !where.equals(instances)) {
            runsSince = System.nanoTime();
            requestsBefore = requests.get();
            instances = where;
        }
    }

    /** The first answers of a process tell nothing about its later ones: code is not compiled yet, caches are empty. */
    boolean warm() {
        return requests.get() - requestsBefore >= COLD_REQUESTS && System.nanoTime() - runsSince >= COLD_NANOS;
    }

    void enter() {
        inFlight.incrementAndGet();
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    int inFlight() {
        return inFlight.get();
    }

    void answered(int status, long nanos) {
        count(nanos);
        if (status >= 500) {
            answered5xx.incrementAndGet();
        }
    }

    void failed(long nanos) {
        count(nanos);
        failed.incrementAndGet();
    }

    /** The answer began well and broke off; its request is counted already. */
    void brokeOff() {
        failed.incrementAndGet();
    }

    /** The client left before the answer: neither good nor bad, but slow once it waited long. */
    void abandoned(long nanos) {
        count(nanos);
    }

    long requests() {
        return requests.get();
    }

    long answered5xx() {
        return answered5xx.get();
    }

    long failed() {
        return failed.get();
    }

    List<Long> latencyBuckets() {
        List<Long> counts = new ArrayList<>(buckets.length());
        for (int i = 0; i < buckets.length(); i++) {
            counts.add(buckets.get(i));
        }
        return counts;
    }

    private void count(long nanos) {
        requests.incrementAndGet();
        buckets.incrementAndGet(bucket(nanos));
    }

    static int bucket(long nanos) {
        for (int i = 0; i < BUCKET_MILLIS.size(); i++) {
            if (nanos <= BUCKET_MILLIS.get(i) * 1_000_000L) {
                return i;
            }
        }
        return BUCKET_MILLIS.size();
    }
}
