package dev.tandem.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that sleeps is slow on a fast machine and fails on a slow one: it awaits a condition ({@link Await}) or sets a clock. */
class NoSleepTest {
    private static final Pattern SLEEP = Pattern.compile(
            "\\bThread\\.sleep\\s*\\(|\\.parkNanos\\s*\\(|\\b[A-Z]+\\.sleep\\s*\\(|\\bwaitForTimeout\\s*\\(");
    /** Where the time itself is what is wanted. */
    private static final Set<String> ON_PURPOSE = Set.of(
            // Services that answer slowly.
            "SampleService.java",
            "LoadedService.java",
            // Kills at a random moment.
            "CrashTest.java",
            // Names what it looks for.
            "NoSleepTest.java");

    @Test
    void noTestSleeps() throws IOException {
        Path root = Path.of(System.getProperty("tandem.root"));
        try (Stream<Path> modules = Files.list(root)) {
            List<String> sleeping = modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(NoSleepTest::sources)
                    .flatMap(source -> sleeps(root, source))
                    .toList();

            assertThat(sleeping)
                    .as("use dev.tandem.testkit.Await, or a clock that the test sets")
                    .isEmpty();
        }
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !ON_PURPOSE.contains(file.getFileName().toString()))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> sleeps(Path root, Path source) {
        try {
            List<String> lines = Files.readAllLines(source);
            return IntStream.range(0, lines.size())
                    .filter(n -> SLEEP.matcher(lines.get(n)).find())
                    .mapToObj(n -> root.relativize(source) + ":" + (n + 1) + ": "
                            + lines.get(n).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
