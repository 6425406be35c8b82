package dev.tandem.server.code;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PostgresCodeStoreTest extends CodeStoreContract {

    private TestDatabase open;

    @BeforeEach
    void open() {
        open = TestDatabase.postgres();
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
