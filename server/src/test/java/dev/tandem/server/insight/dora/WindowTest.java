package dev.tandem.server.insight.dora;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final Instant NOW = Instant.parse("2026-11-23T09:30:00Z");

    @Test
    void daysAreRead() {
        assertThat(Window.days("30d")).hasValue(30);
        assertThat(Window.days("366d")).hasValue(366);
        for (String wrong : List.of("0d", "367d", "30", "d", "-1d", "30h", "030d", "")) {
            assertThat(Window.days(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void piecesCoverTheWindowWithoutGapsAndBeginAtMidnight() {
        for (int days : new int[] {1, 7}) {
            List<Window> pieces = Window.last(30, NOW).pieces(days);

            assertThat(pieces.getFirst().from()).isEqualTo(NOW.minus(Duration.ofDays(30)));
            assertThat(pieces.getLast().to()).isEqualTo(NOW);
            for (int i = 1; i < pieces.size(); i++) {
                assertThat(pieces.get(i).from()).isEqualTo(pieces.get(i - 1).to());
                assertThat(pieces.get(i).from().toString()).endsWith("T00:00:00Z");
            }
        }
    }

    @Test
    void theWindowBeforeEndsWhereThisOneBegins() {
        assertThat(Window.last(7, NOW).before()).isEqualTo(Window.last(7, NOW.minus(Duration.ofDays(7))));
    }

    @Test
    void percentilesAreValuesThatOccurred() {
        Distribution ten = new Distribution(
                Stream.iterate(1, i -> i + 1).limit(10).map(Duration::ofHours).toList());

        assertThat(ten.percentile(90)).hasValue(Duration.ofHours(9));
        assertThat(ten.percentile(100)).hasValue(Duration.ofHours(10));
        assertThat(ten.percentile(1)).hasValue(Duration.ofHours(1));
        assertThat(ten.median()).hasValue(Duration.ofMinutes(330));
        assertThat(ten.between(Duration.ofHours(3), Duration.ofHours(5))).isEqualTo(2);
    }
}
