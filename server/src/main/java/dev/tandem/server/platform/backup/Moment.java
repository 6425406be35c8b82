package dev.tandem.server.platform.backup;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * The state of one moment: database and refs of all repositories, which must fit each other. While the refs are copied no
 * one can write to the database, so every push is either not begun, or done, or an open intent that a start reconciles.
 * All the rest (objects of git, artifacts, logs) is only ever added, and may be copied after.
 */
record Moment(Path folder, Instant takenAt) {
    static final String DATABASE = "tandem.db";
    static final String REPOSITORIES = "repositories";
    private static final int WAIT_MILLIS = 30_000;

    /** Copies it into an empty folder. Holds writers up for as long as copying the refs takes. */
    static Moment take(Path data, Path folder) throws IOException, SQLException {
        Path database = data.resolve(DATABASE);
        try (Connection reader = connect(database)) {
            Instant takenAt;
            try (Connection writer = connect(database)) {
                execute(writer, "begin immediate");
                execute(reader, "begin");
                execute(reader, "select count(*) from sqlite_master");
                takenAt = Instant.now();
                refs(data.resolve(REPOSITORIES), folder.resolve(REPOSITORIES));
                execute(writer, "rollback");
            }
            // The reader still sees the database as it was then.
            execute(reader, "backup to '" + folder.resolve(DATABASE).toString().replace("'", "''") + "'");
            execute(reader, "rollback");
            return new Moment(folder, takenAt);
        }
    }

    /** Is this path of a repository, relative to it, one that {@link #take} copies? */
    static boolean isRef(Path inRepository) {
        return inRepository.startsWith("refs")
                || inRepository.equals(Path.of("HEAD"))
                || inRepository.equals(Path.of("packed-refs"));
    }

    private static void refs(Path repositories, Path copies) throws IOException {
        if (!Files.isDirectory(repositories)) {
            return;
        }
        try (var all = Files.newDirectoryStream(repositories, "*.git")) {
            for (Path repository : all) {
                Path copy = copies.resolve(repository.getFileName());
                // Loose ones first: packing writes the packed file before it deletes them.
                tree(repository, repository.resolve("refs"), copy);
                copy(repository, repository.resolve("packed-refs"), copy);
                copy(repository, repository.resolve("HEAD"), copy);
            }
        }
    }

    private static void tree(Path repository, Path folder, Path copy) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && !file.toString().endsWith(".lock")) {
                    copy(repository, file, copy);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    private static void copy(Path repository, Path file, Path copy) throws IOException {
        Path target = copy.resolve(repository.relativize(file).toString());
        Files.createDirectories(target.resolveSibling("."));
        try {
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // Packed meanwhile, or never there: an empty repository has no packed refs.
        }
    }

    private static Connection connect(Path database) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        execute(connection, "pragma busy_timeout = " + WAIT_MILLIS);
        return connection;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
