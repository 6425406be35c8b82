package dev.tandem.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Whether users other than its owner can get to a path. A server that runs as root gives jobs and services uids of their own. */
public final class Reach {
    private Reach() {}

    /**
     * The first folder on the way to {@code path} (from the root, the path itself included) that others may not enter; empty
     * when they can get there.
     *
     * @throws IOException when the path does not exist or cannot be read
     */
    public static Optional<Path> obstacle(Path path) throws IOException {
        Path real = path.toRealPath();
        Path current = real.getRoot();
        for (Path name : real) {
            current = current.resolve(name);
            if (Files.isDirectory(current)
                    && !Files.getPosixFilePermissions(current).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return Optional.of(current);
            }
        }
        return Optional.empty();
    }

    /** Whether this process gives other uids to what it starts, so that {@link #obstacle} matters. */
    public static boolean matters() {
        return "root".equals(System.getProperty("user.name"));
    }
}
