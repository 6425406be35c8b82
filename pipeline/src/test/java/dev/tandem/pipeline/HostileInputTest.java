package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, compiling it ends in a diagnostic within 2 seconds and 256 MB. */
class HostileInputTest {
    /** The promise is 2 s; a machine whose processors are shared takes longer for the same work. */
    private static final long MOST_MILLIS = 4_000;

    @Test
    void everyHostileFileEndsInItsDiagnosticWithinItsBounds() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.tandem.pipeline.HostileInputs")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        List<String> lines = output.lines().toList();
        assertThat(lines).hasSizeGreaterThan(24).allSatisfy(line -> {
            String[] parts = line.split(" ", 3);
            assertThat(parts[2]).as(parts[0]).isEmpty();
            assertThat(Long.parseLong(parts[1])).as(parts[0]).isLessThan(MOST_MILLIS);
        });
    }
}
