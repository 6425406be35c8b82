package dev.tandem.server.insight;

import dev.tandem.server.platform.TestDatabase;

class PostgresRecordStoreTest extends RecordStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
