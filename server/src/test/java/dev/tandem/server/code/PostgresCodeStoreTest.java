package dev.tandem.server.code;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PostgresCodeStoreTest extends CodeStoreContract {

    private TestDatabases.Open open;

    @BeforeEach
    void open() {
        open = TestDatabases.postgres();
    }

    @AfterEach
    void close() throws Exception {
        open.resource().close();
    }

    @Override
    Database database() {
        return open.database();
    }
}
