package dev.tandem.server.platform;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** One PostgreSQL for all tests of this JVM (binaries come from Maven Central); each caller gets a database of its own. */
public final class TestPostgres {
    private static final EmbeddedPostgres SERVER = start();

    /** Name of a migrated database without rows; those of {@link #open} are copies of it. */
    private static final String TEMPLATE = migrated();

    private TestPostgres() {}

    /** A fresh, migrated database. */
    static Databases.Opened open(JsonMapper json) {
        return Databases.postgres(url("template " + TEMPLATE), "postgres", "postgres", json);
    }

    /** JDBC URL of a fresh, empty database. */
    public static String freshUrl() {
        return url("");
    }

    private static String url(String options) {
        return SERVER.getJdbcUrl("postgres", create(options));
    }

    private static String create(String options) {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (var connection = SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name + " " + options);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    private static String migrated() {
        String name = create("");
        try {
            Databases.postgres(
                            SERVER.getJdbcUrl("postgres", name),
                            "postgres",
                            "postgres",
                            JsonMapper.builder().build())
                    .resource()
                    .close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
