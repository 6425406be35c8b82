package dev.tandem.server.code.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnProcessTest {
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
