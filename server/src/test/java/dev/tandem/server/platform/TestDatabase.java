package dev.tandem.server.platform;

import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/** A fresh, migrated database for the contract tests of stores. */
public final class TestDatabase implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Databases.Opened opened;

    private TestDatabase(Databases.Opened opened) {
        this.opened = opened;
    }

    public static TestDatabase sqlite(Path folder) {
        return new TestDatabase(Databases.sqlite(folder.resolve("test.db"), JSON));
    }

    public static TestDatabase postgres() {
        return new TestDatabase(TestPostgres.open(JSON));
    }

    public Database database() {
        return opened.database();
    }

    @Override
    public void close() throws Exception {
        opened.resource().close();
    }
}
