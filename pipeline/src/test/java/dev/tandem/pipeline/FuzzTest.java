package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damages the fixtures at random: no damage may throw or take long. Seconds in the usual tests, an hour when proving. */
class FuzzTest {
    private static final Path FIXTURES =
            Path.of(System.getProperty("tandem.root", ".."), "pipeline", "src", "test", "resources", "fixtures");
    private static final List<String> PIECES = List.of(
            "$[[ inputs.name ]]",
            "$[[",
            "]]",
            "&a ",
            "*a",
            "!reference [job, script]",
            "<<: *a",
            "{",
            "}",
            "[",
            "]",
            ": ",
            "\n  ",
            "\n",
            "- ",
            "---\n",
            "'",
            "\"",
            "spec:\n  inputs:\n    x:\n",
            "extends: job\n",
            "\t",
            "\u0000",
            "/((a+)+)/");
    private static final int ROUNDS = 1500;
    /** How long {@code ./tandem prove} goes on; 0: so many rounds, always the same. */
    private static final Duration PROVING = Duration.ofSeconds(Long.getLong("tandem.fuzz", 0));

    /** Generous for a busy machine; the promise is 2 seconds on an idle one. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @Test
    @Timeout(value = 25, unit = TimeUnit.HOURS)
    void damagedFilesEndInDiagnostics() throws IOException {
        boolean proving = PROVING.isPositive();
        long seed = proving ? System.nanoTime() : 42;
        Random random = new Random(seed);
        List<String> originals = new ArrayList<>();
        try (Stream<Path> files = Files.list(FIXTURES)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                originals.add(Files.readString(file));
            }
        }
        long end = System.nanoTime() + PROVING.toNanos();
        int round = 0;
        for (; proving ? System.nanoTime() < end : round < ROUNDS; round++) {
            String damaged = damage(originals, random);
            long started = System.nanoTime();
            Compilation compilation = Given.nothing()
                    .file(Given.ROOT, damaged.getBytes(StandardCharsets.UTF_8))
                    .file("files/base.yml", originals.get(random.nextInt(originals.size())))
                    .compile();
            assertThat(compilation.outcome())
                    .as("seed %d round %d", seed, round)
                    .isNotNull();
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .as("seed %d round %d", seed, round)
                    .isLessThan(LONGEST);
        }
        System.out.println("fuzz: " + round + " damaged files with seed " + seed + ", no finding");
    }

    private static String damage(List<String> originals, Random random) {
        StringBuilder text = new StringBuilder(originals.get(random.nextInt(originals.size())));
        for (int change = random.nextInt(8); change >= 0; change--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
                case 2 -> {
                    String other = originals.get(random.nextInt(originals.size()));
                    int from = random.nextInt(other.length());
                    text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(200)));
                }
                default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(200))));
            }
        }
        return text.toString();
    }
}
