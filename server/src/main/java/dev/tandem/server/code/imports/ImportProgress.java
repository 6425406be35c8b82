package dev.tandem.server.code.imports;

import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/** How far an import is; written by one thread, read by others. */
final class ImportProgress extends EmptyProgressMonitor {
    /** Watchers are told at most this often. */
    private static final long PAUSE_NANOS = 1_000_000_000;

    private final Runnable tell;
    private long told = System.nanoTime() - PAUSE_NANOS;
    private volatile String what = "";
    private final AtomicInteger done = new AtomicInteger();
    private volatile int total;
    private volatile boolean isCancelled;

    /** @param tell called when there is something new to be told */
    ImportProgress(Runnable tell) {
        this.tell = tell;
    }

    @Override
    public void beginTask(String title, int totalWork) {
        done.set(0);
        total = totalWork;
        what = title;
        mayTell();
    }

    @Override
    public void update(int completed) {
        done.addAndGet(completed);
        mayTell();
    }

    @Override
    public boolean isCancelled() {
        return isCancelled;
    }

    private void mayTell() {
        long now = System.nanoTime();
        if (now - told >= PAUSE_NANOS) {
            told = now;
            tell.run();
        }
    }

    void cancel() {
        isCancelled = true;
    }

    /** In JGit's words, such as {@code Receiving objects 45%}. */
    String text() {
        int all = total;
        return all > 0 ? what + " " + Math.min(100, done.get() * 100L / all) + "%" : what;
    }
}
