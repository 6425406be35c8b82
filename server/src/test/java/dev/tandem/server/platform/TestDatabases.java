package dev.tandem.server.platform;

import java.nio.file.Path;

/** Migrated databases for contract tests of stores: one contract, one subclass for each. */
public final class TestDatabases {
    private TestDatabases() {}

    /** An open database; closing it frees its file or pool. */
    public record Open(Database database, AutoCloseable resource) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            resource.close();
        }
    }

    public static Open sqlite(Path file) {
        return open(Databases.sqlite(file, DatabaseContract.JSON));
    }

    public static Open postgres() {
        return open(TestPostgres.open(DatabaseContract.JSON));
    }

    private static Open open(Databases.Opened opened) {
        return new Open(opened.database(), opened.resource());
    }
}
