package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.syntax.SourceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder as a repository: its regular files as they are now, and nothing outside of it, by no path and no link. */
final class FolderFiles implements SourceFiles {
    private static final int MOST = 500_000;

    private final Path root;

    /** @param root an existing folder */
    FolderFiles(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    @Override
    public byte @Nullable [] read(String path, int limitBytes) {
        try {
            Path file = root.resolve(path);
            if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(root)) {
                return null;
            }
            try (var in = Files.newInputStream(file)) {
                return in.readNBytes(limitBytes + 1);
            }
        } catch (IOException unreadable) {
            return null;
        }
    }

    @Override
    public List<String> paths() {
        List<String> paths = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean git = folder.getFileName() != null
                            && folder.getFileName().toString().equals(".git");
                    return git ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    paths.add(root.relativize(file).toString());
                    return paths.size() < MOST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return paths;
    }
}
