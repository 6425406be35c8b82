package dev.tandem.server.platform.backup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Makes one file of all that a server cannot make again: database, repositories, artifacts, logs, release bundles, keys,
 * settings. Left out is what comes back by itself: working copies and caches of the runner, unpacked revisions of the
 * agent. Works beside a server and its load; see {@link Moment} for what fits what.
 */
public final class Backup {
    private static final List<String> FOLDERS = List.of("objects", "logs", "ssh");
    private static final List<String> FILES = List.of("secret.key", "tandem.properties", "ssh");

    private final Path data;

    /** @param data the data folder of a server with the embedded database, running or not */
    public Backup(Path data) {
        this.data = data;
    }

    /** @param bytes of all files before they were compressed */
    public record Taken(int files, long bytes) {}

    /**
     * Writes the backup; the file appears under its name only when it is complete.
     *
     * @throws BackupException when there is no data folder, or the file is there already
     */
    public Taken write(Path target) throws IOException, SQLException {
        if (!Files.isRegularFile(data.resolve(Moment.DATABASE))) {
            throw new BackupException(
                    "there is no " + Moment.DATABASE + " in " + data + "; name the server's data folder with --data");
        }
        if (Files.exists(target)) {
            throw new BackupException(target + " exists already; name another file");
        }
        Path partial = target.resolveSibling(target.getFileName() + ".part-" + UUID.randomUUID());
        Path staging = Files.createTempDirectory(partial.toAbsolutePath().getParent(), ".tandem-backup-");
        try (BackupArchive archive = new BackupArchive(partial)) {
            String key = key();
            Manifest manifest = fill(archive, Moment.take(data, staging));
            if (!key().equals(key)) {
                throw new BackupException("the key was changed meanwhile (tandem rotate-key); take the backup again");
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            long bytes = manifest.files().values().stream()
                    .mapToLong(Manifest.Content::size)
                    .sum();
            return new Taken(manifest.files().size(), bytes);
        } catch (FileAlreadyExistsException e) {
            throw new BackupException(target + " exists already; name another file");
        } finally {
            Files.deleteIfExists(partial);
            delete(staging);
        }
    }

    /** Must open what is in the database of the backup. */
    private String key() throws IOException {
        Path file = data.resolve("secret.key");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private Manifest fill(BackupArchive archive, Moment moment) throws IOException {
        all(archive, moment.folder(), moment.folder(), file -> true);
        Path repositories = data.resolve(Moment.REPOSITORIES);
        if (Files.isDirectory(repositories)) {
            try (var each = Files.newDirectoryStream(repositories, "*.git")) {
                for (Path repository : each) {
                    repository(archive, repository);
                }
            }
        }
        for (String folder : FOLDERS) {
            all(archive, data, data.resolve(folder), file -> true);
        }
        for (String file : FILES) {
            if (Files.isRegularFile(data.resolve(file))) {
                archive.add(file, data.resolve(file));
            }
        }
        return archive.finish(moment.takenAt());
    }

    /** Again when a pack vanished meanwhile: its objects are in a new one then. */
    private void repository(BackupArchive archive, Path repository) throws IOException {
        boolean whole = false;
        while (!whole) {
            whole = all(archive, data, repository, file -> !Moment.isRef(repository.relativize(file)));
        }
    }

    /** @return false when a file was gone before it was copied */
    private static boolean all(BackupArchive archive, Path root, Path folder, Predicate<Path> wanted)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        boolean[] whole = {true};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path inside, BasicFileAttributes attributes) throws IOException {
                if (!inside.equals(root)) {
                    archive.addFolder(root.relativize(inside).toString());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = root.relativize(file).toString();
                if (attributes.isRegularFile() && !passing(file) && wanted.test(file) && !archive.holds(name)) {
                    whole[0] &= archive.add(name, file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    whole[0] = false;
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return whole[0];
    }

    /** Not yet what it will be: being received, packed or locked. */
    private static boolean passing(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".lock")
                || name.endsWith("_tmp")
                || name.startsWith("tmp_")
                || name.startsWith("incoming_")
                || name.startsWith("gc_")
                || file.toString().contains("/.incoming/");
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
