package dev.tandem.server.code;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteCodeStoreTest extends CodeStoreContract {
    @TempDir
    Path folder;

    private TestDatabase open;

    @BeforeEach
    void open() {
        open = TestDatabase.sqlite(folder);
    }

    @AfterEach
    void close() throws Exception {
        open.close();
    }

    @Override
    Database database() {
        return open.database();
    }
}
