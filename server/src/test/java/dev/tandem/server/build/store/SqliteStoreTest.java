package dev.tandem.server.build.store;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
    @TempDir
    static Path folder;

    private static TestDatabase open;

    @BeforeAll
    static void open() {
        open = TestDatabase.sqlite(folder);
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
