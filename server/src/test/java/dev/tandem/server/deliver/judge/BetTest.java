package dev.tandem.server.deliver.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors were computed with SciPy and mpmath. */
class BetTest {
    @ParameterizedTest
    @CsvSource({
        "0.1, 3, 3, 1.0, 80.7008",
        "0.1, 5, 10, 1.0, 58.8943",
        "0.1, 1, 10, 1.0, 0.460365",
        "0.5, 20, 25, 1.0, 48.5205",
        "0.1, 10, 10, 1.5, 3.94628e+06",
        "0.1, 0, 50, 1.0, 0.0773139"
    })
    void evidenceOfWorse(double share, long k, long n, double ratio, double evidence) {
        assertThat(sixDigits(Math.exp(Bet.worse(share, ratio).logEvidence(k, n))))
                .isEqualByComparingTo(sixDigits(evidence));
    }

    @ParameterizedTest
    @CsvSource({"0.01, 0, 300, 9.35644", "0.01, 0, 600, 119.993", "0.01, 1, 600, 14.829", "0.05, 0, 100, 55.3324"})
    void evidenceOfFewErrors(double ratio, long k, long n, double evidence) {
        assertThat(sixDigits(Math.exp(Bet.fewer(ratio).logEvidence(k, n)))).isEqualByComparingTo(sixDigits(evidence));
    }

    @ParameterizedTest
    @CsvSource({"0.1, 1, 30, 7.96432", "0.1, 3, 60, 22.1372"})
    void evidenceAgainstHarm(double share, long k, long n, double evidence) {
        assertThat(sixDigits(Math.exp(Bet.likeOld(share, 2).logEvidence(k, n))))
                .isEqualByComparingTo(sixDigits(evidence));
    }

    /** Where the tails of the distribution are far below what a double holds. */
    @ParameterizedTest
    @CsvSource({
        "0.1, 1.25, 0, 5000, -7.11547702803",
        "0.5, 1.25, 4000, 4000, 2343.66329022",
        "0.01, 1.0, 500, 2000, 1189.11314435"
    })
    void farTailsAreExact(double share, double ratio, long k, long n, double logEvidence) {
        assertThat(Bet.worse(share, ratio).logEvidence(k, n)).isCloseTo(logEvidence, within(1e-6));
    }

    @Test
    void withoutErrorsSoManyRequestsProveARatio() {
        assertThat(Bet.fewer(0.01).needed(20)).isEqualTo(392);
        assertThat(Bet.fewer(0.05).needed(20)).isEqualTo(77);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 1.25, 100000, 200000",
        "0.1, 1.25, 0, 200000",
        "0.5, 1.25, 400000, 400000",
        "0.01, 1.0, 5000, 20000",
        "0.9, 1.25, 1000000, 1000000"
    })
    void farTailsStayFinite(double share, double ratio, long k, long n) {
        assertThat(Bet.worse(share, ratio).logEvidence(k, n)).isFinite();
        assertThat(Bet.likeOld(share, 2).logEvidence(k, n)).isFinite();
    }

    private static BigDecimal sixDigits(double value) {
        return new BigDecimal(value).round(new MathContext(6));
    }
}
