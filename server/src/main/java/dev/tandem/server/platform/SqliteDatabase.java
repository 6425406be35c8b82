package dev.tandem.server.platform;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * SQLite with one writer and few readers, each a platform thread with a connection of its own.
 *
 * <p>A busy wait inside SQLite pins the carrier of a virtual thread (two waiting writers were seen to freeze a machine of
 * two cores for 4 s), so nothing of it ever runs on one; and since writers queue on a fair lock of ours, SQLite itself
 * never has to wait. The task library writes through {@link #taskConnections()}, under the same lock.
 */
final class SqliteDatabase implements Database, AutoCloseable {
    private static final int READERS = 3;

    private final String url;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final GroupCommit commits;
    private final ExecutorService writer;
    private final ExecutorService readers;
    private final ThreadLocal<Reader> reading;
    private final List<Connection> opened = new ArrayList<>();

    SqliteDatabase(Path file, TaskQueue tasks) {
        this.url = url(file);
        this.commits = new GroupCommit(connect(false), tasks, Duration.ofMillis(10));
        this.reading = ThreadLocal.withInitial(() -> reader(connect(true)));
        this.writer = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("db-writer").factory());
        this.readers = Executors.newFixedThreadPool(
                READERS, Thread.ofPlatform().daemon().name("db-reader-", 1).factory());
    }

    private record Reader(Connection connection, DSLContext sql) {}

    private static Reader reader(Connection connection) {
        return new Reader(connection, DSL.using(connection, SQLDialect.SQLITE, Jooq.SETTINGS));
    }

    static String url(Path file) {
        return "jdbc:sqlite:" + file;
    }

    @Override
    public <T extends @Nullable Object> T read(Function<DSLContext, T> work) {
        return call(readers, () -> {
            Reader reader = reading.get();
            execute(reader.connection(), "begin");
            try {
                return work.apply(reader.sql());
            } finally {
                execute(reader.connection(), "rollback");
            }
        });
    }

    @Override
    public <T extends @Nullable Object> T write(Function<Tx, T> work) {
        refuseNested();
        Future<GroupCommit.Committed<T>> answer = commits.add(work);
        writer.execute(this::commitWaiting);
        GroupCommit.Committed<T> committed = await(answer);
        committed.tx().committed();
        return committed.result();
    }

    private void commitWaiting() {
        writing.lock();
        try {
            commits.commitWaiting();
        } finally {
            writing.unlock();
        }
    }

    /** For the task library only: autocommitted statements that take their turn with our writers. */
    LockedConnections taskConnections() {
        return new LockedConnections(connect(false), writing);
    }

    @Override
    public void close() {
        writer.close();
        readers.close();
        synchronized (opened) {
            for (Connection connection : opened) {
                try {
                    connection.close();
                } catch (SQLException e) {
                    throw new DataAccessException("closing the database", e);
                }
            }
        }
    }

    /** The driver's own transactions begin the next one with each commit, and so would hold the lock for ever. */
    private static void execute(Connection connection, String statement) throws SQLException {
        try (var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private static <T extends @Nullable Object> T call(ExecutorService executor, Callable<T> work) {
        refuseNested();
        return await(executor.submit(work));
    }

    private static <T extends @Nullable Object> T await(Future<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    // The statement cannot be taken back; its outcome must be known, so the interrupt waits.
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unwrapped(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The task library names its threads db-scheduler; those are not ours. */
    private static void refuseNested() {
        String thread = Thread.currentThread().getName();
        if (thread.equals("db-writer") || thread.startsWith("db-reader-")) {
            throw new IllegalStateException("a transaction was opened inside another one");
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        return switch (e.getCause()) {
            case RuntimeException cause -> {
                cause.addSuppressed(new CallerTrace());
                yield cause;
            }
            case Error cause -> throw cause;
            case SQLException cause -> new DataAccessException("the database refused: " + cause.getMessage(), cause);
            case null, default -> new IllegalStateException(e);
        };
    }

    /** Shows in logs who asked, since the work itself runs on another thread. */
    private static final class CallerTrace extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CallerTrace() {
            super("called from");
        }
    }

    private Connection connect(boolean readOnly) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(5000);
        config.setCacheSize(-4000);
        try {
            Connection connection = config.createConnection(url);
            if (readOnly) {
                try (var statement = connection.createStatement()) {
                    statement.execute("pragma query_only = on");
                }
            }
            synchronized (opened) {
                opened.add(connection);
            }
            return connection;
        } catch (SQLException e) {
            throw new DataAccessException("cannot open " + url, e);
        }
    }
}
