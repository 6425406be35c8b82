package dev.tandem.server.build.runners;

import dev.tandem.host.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where jobs find the {@code tandem} command. A distribution below a closed folder, such as a checkout in /root, cannot be
 * reached by the uids of jobs; then the few files that the command needs are copied into the data folder.
 */
final class JobTools {
    private static final Logger LOG = LoggerFactory.getLogger(JobTools.class);

    private JobTools() {}

    /** @return {@code distribution} itself when jobs can reach it, else a copy of its command below {@code folder} */
    static Path reachable(Path distribution, Path folder) throws IOException {
        if (!Reach.matters()) {
            return distribution;
        }
        Optional<Path> obstacle = Reach.obstacle(distribution);
        if (obstacle.isEmpty()) {
            return distribution;
        }
        LOG.info("jobs cannot enter {}; they use a copy of the tandem command in {}", obstacle.get(), folder);
        copy(distribution, folder);
        return folder;
    }

    private static void copy(Path from, Path to) throws IOException {
        for (String name : List.of("bin/tandem", "bin/find-jdk.sh", "classpath/cli")) {
            copyFile(from, to, name);
        }
        for (String jar : Files.readAllLines(from.resolve("classpath/cli"))) {
            copyFile(from, to, "lib/" + jar);
        }
    }

    private static void copyFile(Path from, Path to, String name) throws IOException {
        Path target = to.resolve(name);
        Path folder = target.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
            open(folder, "rwxr-xr-x");
        }
        open(to, "rwxr-xr-x");
        Files.copy(from.resolve(name), target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        open(target, name.equals("bin/tandem") ? "rwxr-xr-x" : "rw-r--r--");
    }

    private static void open(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
