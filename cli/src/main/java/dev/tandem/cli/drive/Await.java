package dev.tandem.cli.drive;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Asks again until an answer comes or the time is over. */
public final class Await {
    private Await() {}

    /** A question that may fail in the ways of the network. */
    public interface Question<T> {
        Optional<T> ask() throws Exception;
    }

    /**
     * @param every pause between two questions
     * @param otherwise the reason to give when no answer came within {@code limit}
     */
    public static <T> T until(Duration limit, Duration every, Question<T> question, Supplier<String> otherwise)
            throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> answer = question.ask();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (System.nanoTime() > end) {
                throw new StepFailed(otherwise.get() + " (waited " + limit.toSeconds() + " s)");
            }
            LockSupport.parkNanos(every.toNanos());
        }
    }
}
