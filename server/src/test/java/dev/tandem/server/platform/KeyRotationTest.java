package dev.tandem.server.platform;

import static dev.tandem.server.platform.tables.Tables.AUDIT_EVENTS;
import static dev.tandem.server.platform.tables.Tables.CONFIGURATION_VALUES;
import static dev.tandem.server.platform.tables.Tables.SIGNING_KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new key loses nothing, wherever the process dies. */
class KeyRotationTest {
    private static final int MANY = 210;
    private static final String NOT_OURS = "v1:" + "A".repeat(60);

    @TempDir
    Path folder;

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everySecretIsOpenedWhereverARotationDiesAndTheOldKeyOpensNoneAtTheEnd(boolean postgres) throws Exception {
        Path key = folder.resolve("secret.key");
        SecretBox old = SecretBox.open(key);
        try (TestDatabase opened = postgres ? TestDatabase.postgres() : TestDatabase.sqlite(folder)) {
            Database database = opened.database();
            fill(database, old);

            int deaths = 0;
            while (diesAt(database, key, deaths)) {
                assertThat(secrets(database, SecretBox.open(key)))
                        .as("after death " + deaths)
                        .hasSize(MANY + 3);
                deaths++;
            }

            assertThat(deaths).isGreaterThanOrEqualTo(3);
            assertThat(SecretBox.read(key)).hasSize(1);
            assertThat(secrets(database, SecretBox.open(key)))
                    .hasSize(MANY + 3)
                    .contains("s0", "s209", "composite", "embedded", "waiting");
            assertThatThrownBy(() -> secrets(database, old)).isInstanceOf(IllegalArgumentException.class);
            String foreign = database.read(sql -> sql.select(AUDIT_EVENTS.DETAIL)
                    .from(AUDIT_EVENTS)
                    .where(AUDIT_EVENTS.ACTION.eq("foreign"))
                    .fetchSingle(AUDIT_EVENTS.DETAIL));
            assertThat(foreign).isEqualTo(NOT_OURS);
        }
    }

    @Test
    void theCommandWorksOnADataFolderThatNoServerHolds() throws Exception {
        Path data = folder.resolve("data");
        Settings settings = SettingsReader.read(List.of("--data", data.toString()), Map.of());
        List<String> flags = List.of("--data", data.toString());
        assertThat(RotateKeyProgram.run(flags, Map.of())).as("nothing there").isEqualTo(1);
        Files.createDirectories(data);
        SecretBox.open(data.resolve("secret.key"));
        String before = Files.readString(data.resolve("secret.key"));

        try (DataLock server = DataLock.take(settings.data())) {
            assertThat(RotateKeyProgram.run(flags, Map.of()))
                    .as("a server runs")
                    .isEqualTo(2);
        }
        assertThat(data.resolve("secret.key")).hasContent(before);
        assertThat(RotateKeyProgram.run(flags, Map.of())).isZero();
        assertThat(Files.readString(data.resolve("secret.key"))).isNotEqualTo(before);
    }

    /** @return whether it died, which it does after its {@code steps + 1}st change */
    private static boolean diesAt(Database database, Path key, int steps) throws Exception {
        int[] left = {steps};
        try {
            new KeyRotation(database, key, () -> {
                        if (left[0]-- == 0) {
                            throw new Killed();
                        }
                    })
                    .run();
            return false;
        } catch (Killed killed) {
            return true;
        }
    }

    private static void fill(Database database, SecretBox box) {
        database.write(tx -> {
            for (int i = 0; i < MANY; i++) {
                tx.sql()
                        .insertInto(SIGNING_KEYS)
                        .set(SIGNING_KEYS.PURPOSE, "p" + i)
                        .set(SIGNING_KEYS.SEALED_KEY, box.seal("s" + i))
                        .set(SIGNING_KEYS.CREATED_AT, 0L)
                        .execute();
            }
            for (String[] event :
                    new String[][] {{"foreign", NOT_OURS}, {"ours", "{\"a\":\"" + box.seal("embedded") + "\"}"}}) {
                tx.sql()
                        .insertInto(AUDIT_EVENTS)
                        .set(AUDIT_EVENTS.CREATED_AT, 0L)
                        .set(AUDIT_EVENTS.ACTOR, "")
                        .set(AUDIT_EVENTS.ACTION, event[0])
                        .set(AUDIT_EVENTS.TARGET, "")
                        .set(AUDIT_EVENTS.DETAIL, event[1])
                        .execute();
            }
            tx.sql()
                    .execute(
                            "insert into users (username, username_key, name, email, admin, blocked, password_one_time,"
                                    + " created_at) values ('m', 'm', 'm', 'm', false, false, false, 0)");
            tx.sql()
                    .execute("insert into projects (namespace, path, full_path, path_key, name, description, is_public,"
                            + " default_branch, empty, creator_id, created_at, updated_at)"
                            + " select 'm', 's', 'm/s', 'm/s', 's', '', false, 'main', false, id, 0, 0 from users");
            tx.sql()
                    .execute(
                            "insert into environments (project_id, name, slug, tier, state, service_key, host, created_at,"
                                    + " updated_at) select id, 'p', 'p', 'production', 'available', 'k', 'h', 0, 0 from projects");
            tx.sql()
                    .execute("insert into configurations (environment_id, version, based_on, user_id, created_at)"
                            + " select id, 1, 0, 1, 0 from environments");
            tx.sql()
                    .execute(
                            "insert into scheduled_tasks (task_name, task_instance, task_data, execution_time, picked,"
                                    + " version) values ('test', 'x', ?, current_timestamp, false, 1)",
                            (Object) ("[\"" + box.seal("waiting") + "\"]").getBytes(StandardCharsets.UTF_8));
            long configuration = ((Number) tx.sql().fetchValue("select id from configurations")).longValue();
            tx.sql()
                    .insertInto(CONFIGURATION_VALUES)
                    .set(CONFIGURATION_VALUES.CONFIGURATION_ID, configuration)
                    .set(CONFIGURATION_VALUES.NAME, "A")
                    .set(CONFIGURATION_VALUES.SEALED, box.seal("composite"))
                    .set(CONFIGURATION_VALUES.SECRET, true)
                    .execute();
            return true;
        });
    }

    private static List<String> secrets(Database database, SecretBox box) {
        return database.read(sql -> {
            List<String> sealed = new ArrayList<>(
                    sql.select(SIGNING_KEYS.SEALED_KEY).from(SIGNING_KEYS).fetch(SIGNING_KEYS.SEALED_KEY));
            sealed.addAll(sql.select(CONFIGURATION_VALUES.SEALED)
                    .from(CONFIGURATION_VALUES)
                    .fetch(CONFIGURATION_VALUES.SEALED));
            sql.select(AUDIT_EVENTS.DETAIL)
                    .from(AUDIT_EVENTS)
                    .where(AUDIT_EVENTS.ACTION.eq("ours"))
                    .fetch(AUDIT_EVENTS.DETAIL)
                    .forEach(detail -> sealed.add(detail.substring(6, detail.length() - 2)));
            byte[] task = (byte[]) sql.fetchValue("select task_data from scheduled_tasks where task_name = 'test'");
            sealed.add(new String(task, StandardCharsets.UTF_8).replaceAll("[\\[\"\\]]", ""));
            return sealed.stream().map(box::open).toList();
        });
    }
}
