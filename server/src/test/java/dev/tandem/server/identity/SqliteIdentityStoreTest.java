package dev.tandem.server.identity;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteIdentityStoreTest extends IdentityStoreContract {
    @TempDir
    Path folder;

    private TestDatabase opened;

    @Override
    Database database() {
        if (opened == null) {
            opened = TestDatabase.sqlite(folder);
        }
        return opened.database();
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }
}
