package dev.tandem.server.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of a data folder, and of what may befall one. */
class DoctorTest {
    @TempDir
    Path folder;

    private String said = "";

    @Test
    void aServerAtWorkIsWell() throws Exception {
        try (RunningServer server = RunningServer.start(folder)) {
            assertThat(server.uri()).isNotNull();
            assertThat(ask()).as(said).isZero();
            assertThat(said)
                    .contains("✓ server: one runs", "✓ database", "is whole; schema", "✓ key", "✓ repositories");
        }
        assertThat(ask()).as(said).isZero();
        assertThat(said).contains("✓ server: none runs", "is free");
    }

    @Test
    void aFolderThatIsNotThereYetIsNoFault() throws Exception {
        folder = folder.resolve("later");
        assertThat(ask()).as(said).isZero();
        assertThat(said).contains("! data folder", "the first start of the server makes it");
        assertThat(folder).doesNotExist();
    }

    @Test
    void whatBefellItIsSaidWithItsMend() throws Exception {
        RunningServer.start(folder).close();
        Path key = folder.resolve("secret.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        Files.createDirectories(folder.resolve("repositories/7.git"));
        try (RandomAccessFile database =
                new RandomAccessFile(folder.resolve("tandem.db").toFile(), "rw")) {
            database.seek(database.length() / 2);
            database.write(new byte[200_000]);
        }

        assertThat(ask()).isEqualTo(1);
        assertThat(said)
                .contains("✗ key", "chmod 600", "✗ repositories", "7.git", "✗ database", "Restore the last backup");

        Files.delete(key);
        assertThat(ask()).isEqualTo(1);
        assertThat(said).contains("secret.key is missing");
    }

    @Test
    void settingsThatNobodyKnowsAreNamed() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(DoctorProgram.run(List.of("--nonsense", "1"), Map.of(), print(out)))
                .isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("✗ settings", "nonsense");
    }

    private int ask() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> flags = List.of("--data", folder.toString(), "--port", "0", "--unsafe-shell", "true");
        int code = DoctorProgram.run(flags, Map.of(), print(out));
        said = out.toString(StandardCharsets.UTF_8);
        return code;
    }

    private static PrintStream print(ByteArrayOutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }
}
