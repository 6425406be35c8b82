package dev.tandem.server.operate;

import dev.tandem.server.platform.TestDatabase;

class PostgresOperateStoreTest extends OperateStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
