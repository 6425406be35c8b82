package dev.tandem.server.deliver;

import dev.tandem.server.platform.TestDatabase;

class PostgresDeliverStoreTest extends DeliverStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
