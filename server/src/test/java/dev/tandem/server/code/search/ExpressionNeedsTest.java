package dev.tandem.server.code.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionNeedsTest {
    private static final String[] PIECES = {
        "a",
        "K",
        "s",
        "b",
        "1",
        ".",
        "\\.",
        "(",
        ")",
        "|",
        "*",
        "+",
        "?",
        "{2}",
        "{0,1}",
        "[ab]",
        "[^]a]",
        "\\d",
        "^",
        "$",
        "\\b",
        "中",
        "é",
        "\\x41",
        "\\pL",
        "\\p{Greek}",
        "[[:alpha:]]",
        "\\n",
        "{",
        "}",
        "]",
        "-",
        "\\-",
        "\\Qa\\E"
    };
    private static final String[] LETTERS = {
        "a", "A", "k", "K", "\u212a", "s", "\u017f", "b", "1", ".", "中", "é", "É", "{", "}", "-", "]"
    };

    @ParameterizedTest
    @CsvSource({
        "getUser,All[parts=[Text[text=getUser]]]",
        "get.*User,'All[parts=[Text[text=get], Text[text=User]]]'",
        "ab?c,'All[parts=[Text[text=a], Text[text=c]]]'",
        "a+b,'All[parts=[Text[text=a], Text[text=b]]]'",
        "foo|bar,'Any[parts=[Text[text=foo], Text[text=bar]]]'",
        "foo|.,All[parts=[]]",
        "x(foo|bar)*y,'All[parts=[Text[text=x], Text[text=y]]]'",
        "a\\.b,All[parts=[Text[text=a.b]]]",
        "(?-i)abc,All[parts=[]]",
        "[abc]de\\d,All[parts=[Text[text=de]]]",
        "café,All[parts=[Text[text=caf]]]",
        "中文,All[parts=[Text[text=中文]]]",
        "x{2}yz,All[parts=[Text[text=yz]]]"
    })
    void whatIsCertainIsNeeded(String regex, String needed) {
        Needed found = ExpressionNeeds.of(regex);

        assertThat(found instanceof Needed.Text ? "All[parts=[" + found + "]]" : found.toString())
                .isEqualTo(needed);
    }

    @Test
    void noLineThatMatchesLacksWhatIsNeeded() {
        Random random = new Random(20261129);
        int matches = 0;
        for (int round = 0; round < 20_000; round++) {
            String regex = some(random, PIECES, 7);
            Pattern pattern;
            try {
                pattern = Pattern.compile("(?i)" + regex);
            } catch (PatternSyntaxException e) {
                continue;
            }
            Needed needed = ExpressionNeeds.of(regex);
            for (int i = 0; i < 5; i++) {
                String line = some(random, LETTERS, 6);
                if (pattern.matcher(line).find()) {
                    matches++;
                    assertThat(holds(line, needed))
                            .as("%s needs %s in %s", regex, needed, line)
                            .isTrue();
                }
            }
        }
        assertThat(matches).isGreaterThan(1000);
    }

    private static boolean holds(String line, Needed needed) {
        return switch (needed) {
            case Needed.Text(String text) -> folded(line).contains(folded(text));
            case Needed.All(var parts) -> parts.stream().allMatch(part -> holds(line, part));
            case Needed.Any(var parts) -> parts.stream().anyMatch(part -> holds(line, part));
        };
    }

    private static String folded(String text) {
        return new String(Trigrams.fold(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
    }

    private static String some(Random random, String[] of, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most) + 1; i > 0; i--) {
            text.append(of[random.nextInt(of.length)]);
        }
        return text.toString();
    }
}
