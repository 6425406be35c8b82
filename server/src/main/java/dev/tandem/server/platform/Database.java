package dev.tandem.server.platform;

import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The relational state. Safe for use by any thread, virtual ones too: statements run on platform threads of the
 * implementation, since a busy SQLite would pin the carrier of a virtual thread.
 */
public interface Database {

    /**
     * Reads from one consistent snapshot.
     *
     * @param work must not write, keep the context, or do other I/O
     */
    <T extends @Nullable Object> T read(Function<DSLContext, T> work);

    /**
     * Runs a write transaction; commits when {@code work} returns, rolls back when it throws. On SQLite writers queue in
     * order of arrival, so {@code work} must be short and do no other I/O. Not to be nested, and no {@link #read} inside.
     *
     * @return what {@code work} returned, after the commit is durable
     */
    <T extends @Nullable Object> T write(Function<Tx, T> work);
}
