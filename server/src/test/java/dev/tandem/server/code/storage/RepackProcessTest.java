package dev.tandem.server.code.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepackProcessTest {
    private static final Duration GRACE = Duration.ofDays(14);

    /** No program begins within a millisecond. */
    @Test
    void oneThatTakesTooLongIsKilled(@TempDir Path repository) {
        assertThatThrownBy(() -> RepackProcess.run(repository, 1, GRACE, GRACE, Duration.ofMillis(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("failed with exit code 137");
    }
}
