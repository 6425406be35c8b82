package dev.tandem.server.platform;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PostgresDatabaseTest extends DatabaseContract {
    private Databases.Opened opened;

    @BeforeEach
    void open() {
        opened = TestPostgres.open(JSON);
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
