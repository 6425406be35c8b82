package dev.tandem.server.deliver.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.deliver.web.VerdictView.Line;
import dev.tandem.server.deliver.web.VerdictView.Rate;
import dev.tandem.server.platform.web.Text;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictViewTest {
    private static final Map<String, Object> NEW = Map.of("bad", 31, "requests", 210);
    private static final Map<String, Object> OLD = Map.of("bad", 3, "requests", 1890);

    @Test
    void worseShowsTheStreamThatCarriedItAndTheSumThatDecided() {
        VerdictView view = VerdictView.of(
                Map.of(
                        "code",
                        "worse",
                        "stream",
                        "slow_p90",
                        "threshold_ms",
                        120,
                        "new_bad",
                        31,
                        "bad",
                        34,
                        "share",
                        0.1,
                        "log_evidence",
                        Math.log(5000),
                        "log_total",
                        Math.log(1250),
                        "needed",
                        100.0,
                        "new",
                        NEW),
                10);

        assertThat(view.lines())
                .containsExactly(
                        new Line(Text.of("deliver.stream.slow_p90", 120L), 31L, 34L, 10.0, "5,000", null, true),
                        new Line(Text.of("deliver.stream.all"), null, null, null, "1,250", "100", true));
        assertThat(view.slowMillis()).isEqualTo(120);
        assertThat(view.newRate().percent()).isEqualTo(100.0 * 31 / 210);
        assertThat(view.oldRate()).isNull();
    }

    @Test
    void allProvedButTooEarlyIsNoLackOfEvidence() {
        VerdictView early = open(2000, 460, true);
        VerdictView little = open(40, 460, false);

        assertThat(early.word()).isEqualTo("waiting");
        assertThat(early.tooFew()).isFalse();
        assertThat(little.word()).isEqualTo("not_enough");
        assertThat(little.tooFew()).isTrue();
        assertThat(little.lines()).extracting(Line::share).containsExactly((Double) null, Double.valueOf(10));
        assertThat(little.oldRate()).isEqualTo(new Rate(3, 1890));
    }

    @Test
    void whatCannotBeMeasuredHasNoNumbers() {
        assertThat(VerdictView.of(Map.of("code", "cannot_measure", "why", "agent_away"), 10))
                .isNull();
        assertThat(VerdictView.of(Map.of(), 10)).isNull();
    }

    @Test
    void evidenceIsWrittenWithThreeDigits() {
        assertThat(List.of(0.001, 0.5, 12.34, 123.4, 98_765.4, 1e9))
                .extracting(VerdictView::evidence)
                .containsExactly("< 0.01", "0.50", "12.3", "123", "98,765", "> 1,000,000");
    }

    private static VerdictView open(int have, int need, boolean holds) {
        return VerdictView.of(
                Map.of(
                        "code",
                        "not_enough",
                        "have",
                        have,
                        "need",
                        need,
                        "new",
                        NEW,
                        "old",
                        OLD,
                        "proofs",
                        List.of(proof("few_errors", holds), proof("errors_like_old", holds))),
                10);
    }

    private static Map<String, Object> proof(String claim, boolean holds) {
        return Map.of("claim", claim, "bad", 1, "of", 40, "log_evidence", 3.0, "needed", 20.0, "holds", holds);
    }
}
