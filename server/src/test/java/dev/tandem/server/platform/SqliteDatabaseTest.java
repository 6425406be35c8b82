package dev.tandem.server.platform;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest extends DatabaseContract {
    @TempDir
    Path folder;

    private Databases.Opened opened;

    @BeforeEach
    void open() {
        opened = Databases.sqlite(folder.resolve("test.db"), JSON);
    }

    @AfterEach
    void close() throws Exception {
        opened.resource().close();
    }

    @Override
    Databases.Opened opened() {
        return opened;
    }
}
