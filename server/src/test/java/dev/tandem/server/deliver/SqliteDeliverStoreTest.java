package dev.tandem.server.deliver;

import dev.tandem.server.platform.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteDeliverStoreTest extends DeliverStoreContract {
    @TempDir
    Path folder;

    @Override
    TestDatabase open() {
        return TestDatabase.sqlite(folder);
    }
}
