package dev.tandem.runner;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what of a job may still run once something wants it to end, and aborts what is under way. Safe for use by
 * many threads.
 */
final class JobControl {
    /** Why a job must end; a later one outranks an earlier one. */
    enum Cause {
        TIMED_OUT,
        /** Somebody cancelled it and lets it clean up. */
        CANCELED,
        /** This runner is being stopped. */
        INTERRUPTED,
        /** The coordinator took it away. */
        KILLED
    }

    enum Phase {
        /** Until the first command of the user. */
        PREPARING,
        SCRIPT,
        /** after_script, cache and artifacts. */
        AFTERMATH
    }

    /** What ends a phase. Cleaning up is still done after a cancel and a time-out. */
    static final Map<Phase, Set<Cause>> ENDS = Map.of(
            Phase.PREPARING, EnumSet.allOf(Cause.class),
            Phase.SCRIPT, EnumSet.allOf(Cause.class),
            Phase.AFTERMATH, EnumSet.of(Cause.INTERRUPTED, Cause.KILLED));

    private @Nullable Cause cause;
    private Phase phase = Phase.PREPARING;
    private @Nullable Runnable abort;

    /** Work that {@link #stop} may abort. */
    interface Work<T, E extends Exception> {
        T run() throws E;
    }

    synchronized void stop(Cause why) {
        if (cause != null && why.compareTo(cause) <= 0) {
            return;
        }
        cause = why;
        if (abort != null && mustEnd(phase)) {
            abort.run();
        }
    }

    synchronized @Nullable Cause cause() {
        return cause;
    }

    /**
     * Enters the phase and does {@code work}, unless that phase may not run any more.
     *
     * @param abort ends {@code work} from another thread without waiting; called again when a graver cause comes
     * @throws JobStopped instead of, or after, {@code work} when the phase was ended
     */
    <T, E extends Exception> T during(Phase next, Runnable abortWork, Work<T, E> work) throws JobStopped, E {
        enter(next, abortWork);
        try {
            var result = work.run();
            check(next);
            return result;
        } catch (Exception e) {
            check(next);
            throw e;
        } finally {
            leave();
        }
    }

    /** Throws when nothing of this phase may run any more. */
    synchronized void check(Phase wanted) throws JobStopped {
        if (mustEnd(wanted) && cause != null) {
            throw new JobStopped(cause);
        }
    }

    private synchronized void enter(Phase next, Runnable abortWork) throws JobStopped {
        check(next);
        phase = next;
        abort = abortWork;
    }

    private synchronized void leave() {
        abort = null;
        // An abort that interrupted this thread a moment too late must not hit what comes next.
        Thread.interrupted();
    }

    private boolean mustEnd(Phase wanted) {
        return cause != null && ENDS.getOrDefault(wanted, Set.of()).contains(cause);
    }
}
