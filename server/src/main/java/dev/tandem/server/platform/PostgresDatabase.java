package dev.tandem.server.platform;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** PostgreSQL through a pool; work runs on the caller's thread. */
final class PostgresDatabase implements Database, AutoCloseable {
    private static final int CONNECTIONS = 10;

    private final HikariDataSource pool;
    private final TaskQueue tasks;

    PostgresDatabase(String url, String user, String password, TaskQueue tasks) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setAutoCommit(true);
        this.pool = new HikariDataSource(config);
        this.tasks = tasks;
    }

    HikariDataSource pool() {
        return pool;
    }

    @Override
    public <T extends @Nullable Object> T read(Function<DSLContext, T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try {
                return work.apply(DSL.using(connection, SQLDialect.POSTGRES, Jooq.SETTINGS));
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw refused(e);
        }
    }

    @Override
    public <T extends @Nullable Object> T write(Function<Tx, T> work) {
        OpenTx tx;
        T result;
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            tx = new OpenTx(connection, DSL.using(connection, SQLDialect.POSTGRES, Jooq.SETTINGS), tasks);
            try {
                result = work.apply(tx);
                connection.commit();
            } catch (RuntimeException | Error | SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw refused(e);
        }
        tx.committed();
        return result;
    }

    @Override
    public void close() {
        pool.close();
    }

    private static DataAccessException refused(SQLException e) {
        return new DataAccessException("the database refused: " + e.getMessage(), e);
    }
}
