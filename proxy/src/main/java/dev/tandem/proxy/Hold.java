package dev.tandem.proxy;

import dev.tandem.proxy.RoutingTable.Instance;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to have a request answered by one instance: counts it once and keeps it in flight until it is released.
 * Used by one event loop.
 */
final class Hold {

    private final Instance instance;
    private final RevisionCounters counters;
    private final StepCounters.@Nullable Side step;
    private final boolean warm;
    private String client = "";
    private long sentAt = System.nanoTime();
    private boolean counted;
    private boolean bad;
    private boolean released;

    /** One that no traffic step routed. */
    Hold(Instance instance, RevisionCounters counters) {
        this(instance, counters, null, false);
    }

    /**
     * @param step the traffic step that routed it and counts what becomes of it, whenever it ends; null when none did
     * @param warm whether its latency says something about the revision
     */
    Hold(Instance instance, RevisionCounters counters, StepCounters.@Nullable Side step, boolean warm) {
        this.instance = instance;
        this.counters = counters;
        this.step = step;
        this.warm = warm;
    }

    /** Who asks. */
    Hold from(String who) {
        client = who;
        return this;
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
            ended();
        }
    }

    /** No answer, or one that broke off. A bad answer that also breaks off is one failure, not two. */
    void failed() {
        if (!counted) {
            bad = true;
            counters.failed(elapsed());
            ended();
        } else if (!bad) {
            counters.brokeOff();
            if (step != null) {
                step.failed(client);
            }
        }
        counted = true;
        bad = true;
        release();
    }

    void abandoned() {
        if (!counted) {
            counted = true;
            counters.abandoned(elapsed());
            ended();
        }
        release();
    }

    void release() {
        if (!released) {
            released = true;
            counters.leave();
        }
    }

    private void ended() {
        if (step != null) {
            step.ended(bad, elapsed(), warm, client);
        }
    }

    private long elapsed() {
        return System.nanoTime() - sentAt;
    }
}
