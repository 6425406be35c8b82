package dev.tandem.server.build.store;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabases;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
    @TempDir
    static Path folder;

    private static TestDatabases.Open open;

    @BeforeAll
    static void open() {
        open = TestDatabases.sqlite(folder.resolve("test.db"));
    }

    @AfterAll
    static void close() throws Exception {
        open.close();
    }

    @Override
    Database database() {
        return open.database();
    }
}
