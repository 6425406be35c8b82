package dev.tandem.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {
    @TempDir
    Path folder;

    @Test
    void whatWasSealedIsOpenedAlsoAfterARestart() throws IOException {
        String sealed = SecretBox.open(folder.resolve("key")).seal("hunter2");

        assertThat(sealed).doesNotContain("hunter2");
        assertThat(SecretBox.open(folder.resolve("key")).open(sealed)).isEqualTo("hunter2");
    }

    @Test
    void sealingTwiceGivesDifferentTexts() throws IOException {
        SecretBox box = SecretBox.open(folder.resolve("key"));

        assertThat(box.seal("a")).isNotEqualTo(box.seal("a"));
    }

    @Test
    void anotherKeyOpensNothing() throws IOException {
        String sealed = SecretBox.open(folder.resolve("key")).seal("hunter2");
        SecretBox other = SecretBox.open(folder.resolve("other"));

        assertThatThrownBy(() -> other.open(sealed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key file");
    }

    @Test
    void onlyTheServersUserReadsTheKey() throws IOException {
        SecretBox.open(folder.resolve("key"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key"))))
                .isEqualTo("rw-------");
    }
}
