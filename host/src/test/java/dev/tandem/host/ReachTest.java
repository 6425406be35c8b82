package dev.tandem.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachTest {
    @TempDir
    Path folder;

    private Path inner;

    @BeforeEach
    void create() throws IOException {
        inner = Files.createDirectories(folder.resolve("outer/inner"));
        mode(folder, "rwxr-xr-x");
        mode(folder.resolve("outer"), "rwxr-xr-x");
        mode(inner, "rwxr-xr-x");
    }

    @Test
    void anOpenWayHasNoObstacle() throws IOException {
        assertThat(Reach.obstacle(inner)).isEmpty();
    }

    @Test
    void theFirstClosedFolderIsNamed() throws IOException {
        mode(folder.resolve("outer"), "rwx------");
        mode(inner, "rwx------");

        assertThat(Reach.obstacle(inner)).contains(folder.toRealPath().resolve("outer"));
    }

    @Test
    void aFolderThatMayBeEnteredButNotListedIsNoObstacle() throws IOException {
        mode(folder.resolve("outer"), "rwx--x--x");

        assertThat(Reach.obstacle(inner)).isEmpty();
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
