package dev.tandem.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskerTest {
    private static final List<String> SECRETS = List.of("hunter22", "hunter22-long", "aab", "ключ-тайна", "two\nlines");

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "my hunter22.,my [MASKED].",
                "hunter22hunter22,[MASKED][MASKED]",
                "hunter22-long and hunter22-lon,[MASKED] and [MASKED]-lon",
                "aaab,a[MASKED]",
                "ключ-тайна?,[MASKED]?",
                "\"two\nlines\",[MASKED]",
                "hunter2,hunter2",
                "a glpat-Ab_1-x. end,a glpat-[MASKED] end",
                "glpat- alone,glpat- alone",
                "x-secret1234 y,x-[MASKED] y",
                "GET /a?private_token=abc&b=1,GET /a?private_token=[MASKED]&b=1",
            })
    void everyCutGivesTheSame(String text, String expected) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (var first = 0; first <= bytes.length; first++) {
            for (var second = first; second <= bytes.length; second++) {
                assertThat(mask(bytes, first, second))
                        .as("cut at %d and %d", first, second)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void onlyWhatCouldBecomeASecretIsHeldBack() {
        var masker = new Masker(SECRETS, List.of());
        assertThat(masker.feed("line\nhunt".getBytes(StandardCharsets.UTF_8), 9))
                .hasSize(5);
        assertThat(masker.feed("s\n".getBytes(StandardCharsets.UTF_8), 2)).hasSize(6);
        assertThat(masker.finish()).isEmpty();
    }

    private static String mask(byte[] bytes, int first, int second) {
        var masker = new Masker(SECRETS, List.of("x-"));
        var out = new ByteArrayOutputStream();
        var from = 0;
        for (var to : new int[] {first, second, bytes.length}) {
            out.writeBytes(masker.feed(Arrays.copyOfRange(bytes, from, to), to - from));
            from = to;
        }
        out.writeBytes(masker.finish());
        return out.toString(StandardCharsets.UTF_8);
    }
}
