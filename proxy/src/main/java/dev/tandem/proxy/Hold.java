package dev.tandem.proxy;

import dev.tandem.proxy.RoutingTable.Instance;

/**
 * One attempt to have a request answered by one instance: counts it once and keeps it in flight until it is released.
 * Used by one event loop.
 */
final class Hold {

    private final Instance instance;
    private final RevisionCounters counters;
    private long sentAt = System.nanoTime();
    private boolean counted;
    private boolean bad;
    private boolean released;

    Hold(Instance instance, RevisionCounters counters) {
        this.instance = instance;
        this.counters = counters;
    }

    Instance instance() {
        return instance;
    }

    /** The request is with the service: its latency runs from now on, so that a slow upload is not held against it. */
    void sent() {
        sentAt = System.nanoTime();
    }

    void answered(int status) {
        if (!counted) {
            counted = true;
            bad = status >= 500;
            counters.answered(status, elapsed());
        }
    }

    /** No answer, or one that broke off. A bad answer that also breaks off is one failure, not two. */
    void failed() {
        if (!counted) {
            counters.failed(elapsed());
        } else if (!bad) {
            counters.brokeOff();
        }
        counted = true;
        bad = true;
        release();
    }

    void abandoned() {
        if (!counted) {
            counted = true;
            counters.abandoned(elapsed());
        }
        release();
    }

    void release() {
        if (!released) {
            released = true;
            counters.leave();
        }
    }

    private long elapsed() {
        return System.nanoTime() - sentAt;
    }
}
