package dev.tandem.server.platform;

import java.time.Instant;
import org.jooq.DSLContext;

/** One open write transaction. Valid only inside the function it was given to, on that function's thread. */
public interface Tx {
    /** For statements of this transaction. */
    DSLContext sql();

    /** Announces {@code event} to each listener registered for its type: one durable task per listener, in this transaction. */
    void publish(DomainEvent event);

    /**
     * Makes {@code task} due at {@code at} with this transaction. The same {@code instance} of a task that already waits is
     * left as it is.
     */
    <T> void schedule(DurableTask<T> task, String instance, T data, Instant at);

    /** Runs {@code action} after the commit, on the caller's thread; lost when the process dies before. For wake-ups only. */
    void afterCommit(Runnable action);
}
