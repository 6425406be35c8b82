package dev.tandem.server.code.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepackProcessTest {
    private static final Duration GRACE = Duration.ofDays(14);

    /** No program begins within that; killed early and later, it is told in the same words. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50})
    void oneThatTakesTooLongIsKilled(int millis, @TempDir Path repository) {
        assertThatThrownBy(() -> RepackProcess.run(repository, 1, GRACE, GRACE, Duration.ofMillis(millis)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("failed with exit code 137");
    }
}
