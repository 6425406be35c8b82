package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.identity.PathSegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        ".git, BEGINNING", "-, RESERVED", "-x, BEGINNING", "a.git, ENDING", "A.GIT, ENDING", "a., ENDING",
        "a..b, DOTS", "tree, RESERVED", "Blob, RESERVED", "a/b, CHARACTER", "a b, CHARACTER", "ключ, CHARACTER",
        "a%2fb, CHARACTER"
    })
    void aBadPathIsRefusedWithItsReason(String path, PathSegment.Problem problem) {
        assertThat(PathSegment.check(path)).contains(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop", "Shop_2", "a.b-c", "_x", "1"})
    void aGoodPathPasses(String path) {
        assertThat(PathSegment.check(path)).isEmpty();
    }

    @Test
    void emptyAndLongPathsAreRefused() {
        assertThat(PathSegment.check(" ")).contains(PathSegment.Problem.EMPTY);
        assertThat(PathSegment.check("x".repeat(101))).contains(PathSegment.Problem.TOO_LONG);
    }

    @ParameterizedTest
    @CsvSource({"My shop!, my-shop", "--x--, x", "a..b, a.b", "店, ''"})
    void aPathIsMadeFromAName(String name, String path) {
        assertThat(PathSegment.from(name)).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "main, main, true", "release/*, release/1.0, true", "*, anything, true", "*-stable, 1-stable, true",
        "main, maintain, false", "release/*, releas, false", "*a*b, xxaxxb, true", "*a*b, xxaxx, false"
    })
    void aStarStandsForAnyCharacters(String pattern, String branch, boolean covered) {
        assertThat(ProtectedBranch.matches(pattern, branch)).isEqualTo(covered);
    }
}
