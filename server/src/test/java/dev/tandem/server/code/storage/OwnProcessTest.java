package dev.tandem.server.code.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnProcessTest {
    /** Waits for ever. */
    static final class Patient {
        private Patient() {}

        public static void main(String[] arguments) throws InterruptedException {
            OwnProcess.endWithParent();
            new CountDownLatch(1).await();
        }
    }

    @Test
    void oneWhoseParentDiesEnds() throws Exception {
        Process orphan = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Patient.class.getName())
                .start();
        try {
            // As when a parent dies.
            orphan.getOutputStream().close();
            assertThat(orphan.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(orphan.exitValue()).isEqualTo(3);
        } finally {
            orphan.destroyForcibly();
        }
    }

    /** No program begins within that; killed early and later, it is told in the same words. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50})
    void oneThatTakesTooLongIsKilled(int millis, @TempDir Path repository) {
        List<String> arguments = List.of(repository.toString(), "P14D", "P14D");
        assertThatThrownBy(() -> OwnProcess.run(RepackProgram.class, 1, Duration.ofMillis(millis), arguments))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("failed with exit code 137");
    }
}
