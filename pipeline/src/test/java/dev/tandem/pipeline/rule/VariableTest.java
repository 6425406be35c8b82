package dev.tandem.pipeline.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which environments the scope of a variable covers. */
class VariableTest {
    @ParameterizedTest
    @CsvSource({
        "*, '', true",
        "*, production, true",
        "production, production, true",
        "production, '', false",
        "production, productive, false",
        "review/*, review/a, true",
        "review/*, review/, true",
        "review/*, review, false",
        "review/*, '', false",
        "*/eu, prod/eu, true",
        "*/eu, prod/eu/1, false",
        "a*b*c, abc, true",
        "a*b*c, axxbyyc, true",
        "a*b*c, acb, false",
        "a*a, a, false",
        "a*a, aa, true",
        "a**c, abc, true",
        "a.c, abc, false",
        "(a|b), a, false"
    })
    void scopesCoverEnvironments(String scope, String environment, boolean covered) {
        assertThat(Variable.inScope(scope, environment)).isEqualTo(covered);
    }

    /** A backtracking regular expression would need longer than anybody lives. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void manyStarsAreNoWork() {
        String scope = "*a".repeat(5_000) + "*b";
        assertThat(Variable.inScope(scope, "a".repeat(100_000))).isFalse();
        assertThat(Variable.inScope(scope, "a".repeat(100_000) + "b")).isTrue();
    }
}
