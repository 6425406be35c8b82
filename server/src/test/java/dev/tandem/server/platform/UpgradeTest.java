package dev.tandem.server.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** One step from any earlier schema to this one, with what people had in it. */
class UpgradeTest {
    /** The first that people could have worked with; later migrations move what lies in its tables. */
    private static final String FIRST = "9";

    private static final String[] SEEDS = {
        "insert into users (username, username_key, name, email, admin, blocked, password_one_time, created_at)"
                + " values ('mei', 'mei', 'Mei', 'mei@example.test', true, false, false, 1)",
        "insert into projects (namespace, path, full_path, path_key, name, description, is_public, default_branch,"
                + " empty, creator_id, created_at, updated_at)"
                + " values ('mei', 'shop', 'mei/shop', 'mei/shop', 'shop', '', false, 'main', false, 1, 1, 1)",
        "insert into ci_variables (project_id, name, sealed_value, type, protected, masked, raw,"
                + " environment_scope, description) values (1, 'TOKEN', 'sealed', 'env_var', true, true, false, '*', '')",
        "insert into pipelines (project_id, iid, source, ref, tag, ref_protected, sha, before_sha, title, status,"
                + " warnings, complete, on_new_commit, on_job_failure, stages, diagnostics, predefined, user_id,"
                + " created_at, updated_at) values (1, 1, 'push', 'main', false, true, 'a', 'b', 'First', 'success',"
                + " false, true, 'conservative', 'none', '[]', '[]', '[]', 1, 1, 1)",
        "insert into jobs (pipeline_id, project_id, name, stage, stage_index, position, status, condition,"
                + " allow_failure, interruptible, plan, resource_group, tags, timeout_seconds, attempt, retried,"
                + " system_failures, manual, user_id, cancels_gracefully, created_at, canceled_by_user, log_bytes,"
                + " log_archived) values (1, 1, 'deploy', 'deploy', 0, 0, 'success', 'on_success', false, false, '{}',"
                + " 'production', '[]', 1, 1, false, 0, false, 1, false, 1, false, 0, false)"
    };

    @TempDir
    Path folder;

    private Set<String> schema;

    @BeforeEach
    void now() throws SQLException {
        Path fresh = folder.resolve("fresh.db");
        Databases.migrateSqlite(fresh);
        schema = schema(fresh);
    }

    @Test
    void aDatabaseOfEachEarlierSchemaBecomesTheSameWithAllThatWasInIt() throws Exception {
        Path old = folder.resolve("old.db");
        Path copy = folder.resolve("copy.db");
        for (String version : versions()) {
            to(old, version);
            if (version.equals(FIRST)) {
                seed(old);
            }
            Files.copy(old, copy, StandardCopyOption.REPLACE_EXISTING);

            Databases.migrateSqlite(copy);

            assertThat(schema(copy)).as("from " + version).isEqualTo(schema);
            if (seeded(old)) {
                assertThat(kept(sqlite(copy)))
                        .as("from " + version)
                        .isEqualTo(List.of("mei", "TOKEN sealed false", "production unordered", "shop"));
            }
        }
    }

    @Test
    void oneToWhichLaterMigrationsCameFirstBecomesTheSame() throws Exception {
        Path some = Files.createDirectory(folder.resolve("some"));
        for (String version : versions()) {
            boolean early = Float.parseFloat(version.replace('_', '.')) <= Float.parseFloat(FIRST);
            if (early || version.equals("22") || version.equals("46")) {
                copyMigration(version, some);
            }
        }
        Path old = folder.resolve("gaps.db");
        flyway(old).locations("filesystem:" + some).load().migrate();
        seed(old);

        try (AutoCloseable opened =
                Databases.sqlite(old, JsonMapper.builder().build()).resource()) {
            assertThat(schema(old)).isEqualTo(schema);
            assertThat(kept(sqlite(old))).contains("TOKEN sealed false", "production unordered");
        }
    }

    /** The same on PostgreSQL, from the first schema alone: each test of a store there begins with an empty one. */
    @Test
    void aFilledPostgresDatabaseTakesAllLaterMigrations() throws Exception {
        String url = TestPostgres.freshUrl();
        Flyway.configure()
                .dataSource(url, "postgres", "postgres")
                .placeholders(Databases.POSTGRES)
                .target(FIRST)
                .load()
                .migrate();
        run(url, SEEDS);

        try (AutoCloseable opened = Databases.postgres(
                        url, "postgres", "postgres", JsonMapper.builder().build())
                .resource()) {
            assertThat(kept(url)).isEqualTo(List.of("mei", "TOKEN sealed false", "production unordered", "shop"));
            run(
                    url,
                    "insert into search_heads (project_id, sha) values (1, 'a')",
                    "insert into lfs_objects (project_id, oid, size_bytes, created_at) values (1, 'a', 1, 1)",
                    "insert into lfs_locks (project_id, path, user_id, created_at) values (1, 'a', 1, 1)",
                    "insert into deploy_keys (project_id, title, public_key, fingerprint, can_push, creator_id, created_at)"
                            + " values (1, 'k', 'p', 'f', true, 1, 1)",
                    "delete from projects");
            for (String table : List.of("search_heads", "lfs_objects", "lfs_locks", "deploy_keys")) {
                assertThat(column(url, "select 1 from " + table)).as(table).isEmpty();
            }
        }
    }

    private static org.flywaydb.core.api.configuration.FluentConfiguration flyway(Path file) {
        return Flyway.configure()
                .dataSource(SqliteDatabase.url(file), null, null)
                .placeholders(Databases.SQLITE)
                .outOfOrder(true);
    }

    private static void to(Path file, String version) {
        flyway(file).target(version).load().migrate();
    }

    private List<String> versions() {
        return Arrays.stream(flyway(folder.resolve("none.db")).load().info().all())
                .map(MigrationInfo::getVersion)
                .filter(Objects::nonNull)
                .map(Object::toString)
                .toList();
    }

    private void copyMigration(String version, Path to) throws IOException {
        String script = Arrays.stream(
                        flyway(folder.resolve("none.db")).load().info().all())
                .filter(info -> info.getVersion() != null
                        && info.getVersion().toString().equals(version))
                .map(MigrationInfo::getScript)
                .findFirst()
                .orElseThrow();
        try (InputStream in = UpgradeTest.class.getResourceAsStream("/db/migration/" + script)) {
            Files.copy(Objects.requireNonNull(in, script), to.resolve(script));
        }
    }

    private static void seed(Path file) throws SQLException {
        run(sqlite(file), SEEDS);
    }

    private static String sqlite(Path file) {
        return "jdbc:sqlite:" + file;
    }

    private static boolean seeded(Path file) throws SQLException {
        return !column(sqlite(file), "select 1 from sqlite_master where name = 'deployments'")
                        .isEmpty()
                && !column(sqlite(file), "select username from users").isEmpty();
    }

    private static List<String> kept(String url) throws SQLException {
        List<String> kept = new ArrayList<>(column(url, "select username from users"));
        kept.addAll(
                column(
                        url,
                        "select name || ' ' || sealed_value || ' ' || case when hidden then 'true' else 'false' end from ci_variables"));
        kept.addAll(column(url, "select name || ' ' || process_mode from resource_groups"));
        kept.addAll(column(url, "select name from projects"));
        return kept;
    }

    /** Tables with their columns, and indices; in which order columns came is history. */
    private static Set<String> schema(Path file) throws SQLException {
        Set<String> all = new TreeSet<>(column(
                sqlite(file),
                "select m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk"
                        + " from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'"));
        all.addAll(column(
                sqlite(file), "select type || ' ' || name from sqlite_master where name not like 'sqlite_autoindex%'"));
        return all;
    }

    private static List<String> column(String url, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static void run(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
