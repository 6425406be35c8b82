package dev.tandem.server.insight;

import dev.tandem.server.platform.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteRecordStoreTest extends RecordStoreContract {
    @TempDir
    Path folder;

    @Override
    TestDatabase open() {
        return TestDatabase.sqlite(folder);
    }
}
