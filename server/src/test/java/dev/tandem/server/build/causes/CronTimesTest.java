package dev.tandem.server.build.causes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                0 4 * * *     | UTC           | 2026-11-28T22:00:00Z | 2026-11-29T04:00:00Z
                0 4 * * *     | Asia/Shanghai | 2026-11-28T22:00:00Z | 2026-11-29T20:00:00Z
                */15 * * * *  | UTC           | 2026-11-28T22:15:00Z | 2026-11-28T22:30:00Z
                0 9 * * 1-5   | UTC           | 2026-11-28T22:00:00Z | 2026-11-30T09:00:00Z
                0 9 * * MON   | UTC           | 2026-11-28T22:00:00Z | 2026-11-30T09:00:00Z
                0 0 13 * 5    | UTC           | 2026-11-28T22:00:00Z | 2026-12-04T00:00:00Z
                0 0 1 * 0     | UTC           | 2026-11-29T00:00:00Z | 2026-12-01T00:00:00Z
                30 2 * * *    | Europe/Berlin | 2026-03-28T12:00:00Z | 2026-03-30T00:30:00Z
                0 0 29 2 *    | UTC           | 2026-11-28T22:00:00Z | 2028-02-29T00:00:00Z
                """)
    void theNextTimeIsTheFirstOneLaterThanNow(String cron, String zone, Instant now, Instant expected) {
        assertThat(CronTimes.of(cron, ZoneId.of(zone)).orElseThrow().after(now)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "* * * *", "* * * * * *", "61 * * * *", "@daily", "0 4 * * XYZ", "a b c d e", "1/0 * * * *"})
    void whatIsNotCronIsNone(String cron) {
        assertThat(CronTimes.of(cron, ZoneId.of("UTC"))).isEmpty();
    }

    @Test
    void aDayThatNeverComesHasNoTime() {
        assertThat(CronTimes.of("0 0 30 2 *", ZoneId.of("UTC")).orElseThrow().after(Instant.EPOCH))
                .isEmpty();
    }

    @Test
    void onlyNamesOfTheTimeZoneDatabaseAreZones() {
        assertThat(CronTimes.zone("Europe/Berlin")).contains(ZoneId.of("Europe/Berlin"));
        assertThat(CronTimes.zone("+02:00")).isEmpty();
        assertThat(CronTimes.zone("Mars/Base")).isEmpty();
        assertThat(CronTimes.zone("")).isEmpty();
    }
}
