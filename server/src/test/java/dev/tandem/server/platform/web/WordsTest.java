package dev.tandem.server.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "PT-1S, 0ms",
        "PT0.34S, 340ms",
        "PT4.29S, 4.2s",
        "PT59S, 59s",
        "PT64S, 1m 04s",
        "PT2H5M59S, 2h 05m",
        "P3DT4H, 3d 04h"
    })
    void durations(Duration duration, String words) {
        assertThat(Words.duration(duration)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0 B",
        "812, 812 B",
        "1000, 1.00 kB",
        "1240000, 1.24 MB",
        "999999, 1.00 MB",
        "52428800, 52.4 MB",
        "123456789, 123 MB"
    })
    void sizes(long bytes, String words) {
        assertThat(Words.bytes(bytes)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "3, now",
        "-3, now",
        "30, 30 seconds ago",
        "60, 1 minute ago",
        "7300, 2 hours ago",
        "-90, in 1 minute",
        "86400, 1 day ago",
        "34560000, 1 year ago"
    })
    void relativeTimes(long secondsAgo, String words) {
        Instant now = Instant.parse("2026-11-23T08:00:00Z");
        assertThat(Words.relative(now.minusSeconds(secondsAgo), now, new Messages(Locale.ENGLISH)))
                .isEqualTo(words);
    }
}
