package dev.tandem.server.code;

import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.eclipse.jgit.lib.Repository;
import org.springframework.stereotype.Component;

/** How large a push and a repository may be. Safe for use by many threads. */
@Component
public final class PushSizes {
    private static final long MEGA = 1_000_000;
    /** A branch or tag of what is there already comes with a pack that holds next to nothing. */
    private static final long WITHOUT_CONTENT = 1_000;

    private final long push;
    private final long repository;

    PushSizes(Settings settings) {
        this.push = settings.maxPushMegabytes() * MEGA;
        this.repository = settings.maxRepositoryMegabytes() * MEGA;
    }

    /** In bytes, as it comes over the wire; also what a repository that may not grow further takes, such as a new branch. */
    public long largestPack(Repository pushedTo) {
        if (repository == 0) {
            return push;
        }
        long left = repository - bytes(pushedTo.getDirectory().toPath().resolve("objects"));
        return Math.min(push, Math.max(left, WITHOUT_CONTENT));
    }

    private static long bytes(Path folder) {
        long[] bytes = {0};
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path gone, IOException e) {
                    // Packed anew meanwhile.
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes[0];
    }
}
