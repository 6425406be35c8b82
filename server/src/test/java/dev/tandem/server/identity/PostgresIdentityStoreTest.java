package dev.tandem.server.identity;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.TestDatabase;
import org.junit.jupiter.api.AfterEach;

class PostgresIdentityStoreTest extends IdentityStoreContract {
    private TestDatabase opened;

    @Override
    Database database() {
        if (opened == null) {
            opened = TestDatabase.postgres();
        }
        return opened.database();
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }
}
