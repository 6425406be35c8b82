package dev.tandem.server.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/** A fresh, migrated database for the contract tests of stores. */
public final class TestDatabase implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Migrated once per JVM; the tests work on copies. */
    private static final Path TEMPLATE = migrated();

    private final Databases.Opened opened;

    private TestDatabase(Databases.Opened opened) {
        this.opened = opened;
    }

    public static TestDatabase sqlite(Path folder) {
        Path file = folder.resolve("test.db");
        copyTo(file);
        return new TestDatabase(Databases.sqlite(file, JSON));
    }

    /** Puts a migrated SQLite database without rows at {@code file}, so that a test need not wait for every migration. */
    public static void copyTo(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.copy(TEMPLATE, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static TestDatabase postgres() {
        return new TestDatabase(TestPostgres.open(JSON));
    }

    public Database database() {
        return opened.database();
    }

    @Override
    public void close() throws Exception {
        opened.resource().close();
    }

    private static Path migrated() {
        try {
            Path file = Files.createTempFile("tandem", ".db");
            file.toFile().deleteOnExit();
            Databases.migrateSqlite(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
