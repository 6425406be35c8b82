package dev.tandem.server.build.store;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresStoreTest extends StoreContract {

    private static TestDatabase open;

    @BeforeAll
    static void open() {
        open = TestDatabase.postgres();
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
