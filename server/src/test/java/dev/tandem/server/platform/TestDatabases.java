package dev.tandem.server.platform;

import java.nio.file.Path;

/** Fresh, migrated databases for tests of stores in other packages. */
public final class TestDatabases {
    private TestDatabases() {}

    /** A database and what closes it. */
    public record Open(Database database, AutoCloseable resource) {}

    public static Open sqlite(Path folder) {
        return open(Databases.sqlite(folder.resolve("test.db"), DatabaseContract.JSON));
    }

    public static Open postgres() {
        return open(TestPostgres.open(DatabaseContract.JSON));
    }

    private static Open open(Databases.Opened opened) {
        return new Open(opened.database(), opened.resource());
    }
}
