package dev.tandem.server.platform;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Runs the works that wait together in one SQLite transaction, so that they share one flush to the disk. Each has a savepoint of
 * its own: one that throws is undone alone. Nobody is answered before the commit; when that fails, all of them failed.
 *
 * <p>A work sees what those before it in the transaction did, as it would had they committed. It takes part only when it was
 * waiting already, so that nobody waits for company.
 */
final class GroupCommit {
    private static final int MOST = 100;

    private final Connection connection;
    private final DSLContext sql;
    private final TaskQueue tasks;
    private final Duration longest;
    private final Queue<Pending<?>> waiting = new ConcurrentLinkedQueue<>();

    /** @param longest beyond this a commit is due even when more wait */
    GroupCommit(Connection connection, TaskQueue tasks, Duration longest) {
        this.connection = connection;
        this.sql = DSL.using(connection, SQLDialect.SQLITE, Jooq.SETTINGS);
        this.tasks = tasks;
        this.longest = longest;
    }

    /** What a work returned, and the transaction whose commit is durable now. */
    record Committed<T extends @Nullable Object>(OpenTx tx, T result) {}

    /** Queues a work; somebody must call {@link #commitWaiting} after. */
    <T extends @Nullable Object> Future<Committed<T>> add(Function<Tx, T> work) {
        Pending<T> pending = new Pending<>(work);
        waiting.add(pending);
        return pending.answer;
    }

    /** Runs what waits, if anything does. By one thread at a time, which holds the right to write. */
    void commitWaiting() {
        Pending<?> first = waiting.poll();
        if (first == null) {
            return;
        }
        List<Pending<?>> group = new ArrayList<>();
        try {
            execute("begin immediate");
            long start = System.nanoTime();
            for (Pending<?> next = first; next != null; next = more(group, start) ? waiting.poll() : null) {
                group.add(next);
                run(next);
            }
            execute("commit");
        } catch (SQLException | RuntimeException | Error e) {
            group.forEach(pending -> pending.lost(e));
            first.lost(e);
            abandon(e);
            return;
        }
        group.forEach(Pending::committed);
    }

    private boolean more(List<Pending<?>> group, long start) {
        return group.size() < MOST && System.nanoTime() - start < longest.toNanos();
    }

    private <T extends @Nullable Object> void run(Pending<T> pending) throws SQLException {
        execute("savepoint work");
        OpenTx tx = new OpenTx(connection, sql, tasks);
        try {
            pending.done = new Committed<>(tx, pending.work.apply(tx));
        } catch (RuntimeException | Error e) {
            pending.failure = e;
            execute("rollback to work");
        }
        // Fails when SQLite gave up the whole transaction, as it does when the disk is full.
        execute("release work");
    }

    private void abandon(Throwable cause) {
        try {
            execute("rollback");
        } catch (SQLException e) {
            // SQLite had rolled back itself.
            cause.addSuppressed(e);
        }
    }

    private void execute(String statement) throws SQLException {
        try (var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private static final class Pending<T extends @Nullable Object> {
        private final Function<Tx, T> work;
        private final CompletableFuture<Committed<T>> answer = new CompletableFuture<>();
        private @Nullable Committed<T> done;
        private @Nullable Throwable failure;

        Pending(Function<Tx, T> work) {
            this.work = work;
        }

        void committed() {
            if (failure == null) {
                answer.complete(done);
            } else {
                answer.completeExceptionally(failure);
            }
        }

        void lost(Throwable cause) {
            answer.completeExceptionally(
                    failure == null
                            ? new DataAccessException("the database refused: " + cause.getMessage(), cause)
                            : failure);
        }
    }
}
