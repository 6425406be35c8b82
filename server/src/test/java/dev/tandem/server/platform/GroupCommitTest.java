package dev.tandem.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
    @TempDir
    Path folder;

    private Connection connection;
    private GroupCommit commits;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection(SqliteDatabase.url(folder.resolve("test.db")));
        execute("create table words (word text)");
        commits = new GroupCommit(
                connection, new TaskQueue(DatabaseContract.JSON, SQLDialect.SQLITE), Duration.ofMinutes(1));
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void whatWaitsIsCommittedTogetherAndNobodyIsAnsweredBefore() throws Exception {
        Future<?> first = commits.add(insert("a"));
        Future<?> second = commits.add(tx -> {
            assertThat(first.isDone()).isFalse();
            return insert("b").apply(tx);
        });

        assertThat(first.isDone()).isFalse();
        commits.commitWaiting();

        assertThat(first.isDone() && second.isDone()).isTrue();
        assertThat(words()).isEqualTo("a b");
    }

    @Test
    void oneThatThrowsIsUndoneAlone() throws Exception {
        Future<?> first = commits.add(insert("a"));
        Future<?> second = commits.add(tx -> {
            Object written = insert("b").apply(tx);
            throw new IllegalStateException("no, after " + written);
        });
        Future<?> third = commits.add(insert("c"));

        commits.commitWaiting();

        first.get();
        third.get();
        assertThatThrownBy(second::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("no, after 1");
        assertThat(words()).isEqualTo("a c");
    }

    @Test
    void whenTheTransactionIsLostAllOfItFailedAndTheNextGoesOn() throws Exception {
        Future<?> first = commits.add(insert("a"));
        // As SQLite does by itself when the disk is full.
        Future<?> second = commits.add(tx -> tx.sql().execute("rollback"));
        Future<?> third = commits.add(insert("c"));

        commits.commitWaiting();
        commits.commitWaiting();

        assertThatThrownBy(first::get).hasCauseInstanceOf(DataAccessException.class);
        assertThatThrownBy(second::get).hasCauseInstanceOf(DataAccessException.class);
        third.get();
        assertThat(words()).isEqualTo("c");
    }

    @Test
    void whenTheCommitIsRefusedAllOfItFailed() throws Exception {
        execute("pragma foreign_keys = on");
        execute("create table parents (id integer primary key)");
        execute("create table children (parent bigint references parents (id) deferrable initially deferred)");
        Future<?> first = commits.add(insert("a"));
        Future<?> second = commits.add(tx -> tx.sql().execute("insert into children values (1)"));

        commits.commitWaiting();

        assertThatThrownBy(first::get).hasMessageContaining("FOREIGN KEY");
        assertThatThrownBy(second::get).hasMessageContaining("FOREIGN KEY");
        assertThat(words()).isEmpty();
    }

    private static Function<Tx, Integer> insert(String word) {
        return tx -> tx.sql().execute("insert into words values (?)", word);
    }

    private String words() throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select coalesce(group_concat(word, ' ' order by word), '') from words")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void execute(String statement) throws SQLException {
        try (var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }
}
