package dev.tandem.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what happens in another thread or process: asks at once, then again and again until the answer is there or 30 s are over.
 * A question that throws has no answer yet; what it threw last becomes the cause of the failure. Safe from any thread.
 */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    // Short at first, since most answers are there within milliseconds; longer later, since questions cost the machine
    // time.
    private static final long FIRST_PAUSE_NANOS = 200_000;
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private Await() {}

    /**
     * Waits until the condition holds.
     *
     * @param what named in the failure, as in "not within 30 s: {@code what}"
     * @throws AssertionError when it does not within 30 s
     */
    public static void until(String what, Callable<Boolean> condition) {
        until(LIMIT, what, condition);
    }

    /** As {@link #until(String, Callable)} with a limit of its own. */
    public static void until(Duration limit, String what, Callable<Boolean> condition) {
        value(limit, what, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /**
     * Waits for a value.
     *
     * @return the first value that the question answers
     * @throws AssertionError when there is none within 30 s
     */
    public static <T> T value(String what, Callable<Optional<T>> question) {
        return value(LIMIT, what, question);
    }

    /** As {@link #value(String, Callable)} with a limit of its own. */
    public static <T> T value(Duration limit, String what, Callable<Optional<T>> question) {
        long end = System.nanoTime() + limit.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            Throwable trouble = null;
            try {
                Optional<T> answer = question.call();
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (Exception | AssertionError e) {
                trouble = e;
            }
            if (trouble instanceof InterruptedException
                    || Thread.currentThread().isInterrupted()) {
                Thread.currentThread().interrupt();
                throw failure("interrupted while waiting for: " + what, trouble);
            }
            if (System.nanoTime() - end > 0) {
                throw failure("not within " + limit.toMillis() / 1000.0 + " s: " + what, trouble);
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    private static AssertionError failure(String message, @Nullable Throwable cause) {
        return new AssertionError(message, cause);
    }
}
