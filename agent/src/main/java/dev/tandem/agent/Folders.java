package dev.tandem.agent;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where things lie in the agent's folder; docs/agent.md lists them. */
record Folders(Path root) {

    Path memory() {
        return root.resolve("agent.json");
    }

    Path proxy() {
        return root.resolve("proxy");
    }

    Path services() {
        return root.resolve("services");
    }

    Path revision(RevisionId id) {
        return services().resolve(id.service()).resolve(id.revision());
    }

    Path revisionFile(RevisionId id) {
        return revision(id).resolve("revision.json");
    }

    Path bundle(RevisionId id) {
        return revision(id).resolve("bundle");
    }

    Path process(RevisionId id, String type) {
        return revision(id).resolve("process-" + type);
    }

    /** Folders of all revisions, whole or half made. */
    List<Path> revisions() throws IOException {
        try (Stream<Path> services = Files.list(services())) {
            return services.filter(Files::isDirectory)
                    .flatMap(Folders::children)
                    .toList();
        }
    }

    private static Stream<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Makes a folder that only the agent may enter. */
    static void make(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Deletes a folder and all below it; links themselves, never what they point to. Absent is fine. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
                if (problem instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw problem;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, @Nullable IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.deleteIfExists(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
