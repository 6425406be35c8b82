package dev.tandem.server.deliver;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes long polls when something changed. Who waits counts the strokes first, then looks, then waits for one more: so no
 * change is missed. Safe for use by many threads.
 */
final class Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private long strokes;
    private boolean silenced;

    long strokes() {
        lock.lock();
        try {
            return strokes;
        } finally {
            lock.unlock();
        }
    }

    void ring() {
        lock.lock();
        try {
            strokes++;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets everybody who waits go, now and later: the server is about to stop. */
    void silence() {
        lock.lock();
        try {
            silenced = true;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there are more strokes than {@code heard}.
     *
     * @return false when {@code longest} passed without one, or the server stops
     */
    boolean await(long heard, Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (strokes <= heard && !silenced && left > 0) {
                left = rung.awaitNanos(left);
            }
            return strokes > heard && !silenced;
        } finally {
            lock.unlock();
        }
    }
}
