package dev.tandem.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @Test
    void patternThatWouldTakeForEverIsGivenUp() {
        var glob = Glob.of("*a".repeat(40) + "b");
        assertThatThrownBy(() -> glob.matches("a".repeat(3_000))).isInstanceOf(Glob.TooCostly.class);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "*.txt,a.txt,true",
                "*.txt,d/a.txt,false",
                "**/*.txt,a.txt,true",
                "**/*.txt,d/e/a.txt,true",
                "d/**/a.txt,d/a.txt,true",
                "d/**,d/e/f,true",
                "./d/,d,true",
                "a?c,abc,true",
                "a?c,a/c,false",
                "[ab].x,b.x,true",
                "[!ab].x,b.x,false",
                "[!a]x,/x,false",
                "\"*.{xml,json}\",r.json,true",
                "\"*.{xml,json}\",r.txt,false",
                "a+(b).x,a+(b).x,true",
                "a.x,abx,false",
                "[,[,true",
                "{a,{a,true",
            })
    void matchesLikeAShell(String glob, String path, boolean expected) {
        assertThat(Glob.of(glob).matches(path)).isEqualTo(expected);
    }
}
