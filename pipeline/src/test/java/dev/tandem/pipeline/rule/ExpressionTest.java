package dev.tandem.pipeline.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.rule.ExpressionParser.Result.Malformed;
import dev.tandem.pipeline.rule.ExpressionParser.Result.Parsed;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** E is defined and empty, S is "x y", U is undefined: cases D1 to D22. */
class ExpressionTest {
    private static final Map<String, String> VARIABLES =
            Map.of("E", "", "S", "x y", "PAT", "/^x/", "LITERAL", "/^$E/", "TEXT", "see x y here", "BROKEN", "/(/");

    @ParameterizedTest
    @CsvSource(delimiterString = " :: ", quoteCharacter = '`', textBlock = """
            $E :: false
            $E == "" :: true
            $E == null :: false
            $U == null :: true
            $U == "" :: false
            $E && $S :: true
            $S && $E :: false
            $E || $S :: false
            $U || $S :: true
            $S && null :: false
            $U !~ /a b/ :: true
            $S =~ /X.*/i :: true
            $S =~ /^y/ :: false
            $S =~ / y$/ :: true
            $S =~ $PAT :: true
            $S =~ $LITERAL :: false
            $S =~ $TEXT :: true
            $S =~ $U :: false
            $S !~ $U :: true
            $S =~ $BROKEN :: false
            "23" =~ "1234" :: true
            $U == null && $S || $E :: true
            "a" == "b" || "c" :: true
            "a" == ("b" || "a") :: false
            ("string" || "test") == "string" :: true
            "string" == ("test" || "string") :: false
            $S != 'x y' :: false
            $S=="x y"&&$S!="z" :: true
            ($S == "x y") && ($E == "" || $U) :: true
            $S =~ /a\\/b|x/ :: true
            null :: false
            "" :: false
            """)
    void evaluates(String text, boolean matches) {
        assertThat(ExpressionParser.parse(text))
                .isInstanceOfSatisfying(
                        Parsed.class,
                        parsed -> assertThat(parsed.expression().matches(VARIABLES::get))
                                .isEqualTo(matches));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$S == true",
                "${S} == \"x y\"",
                "$S =~ /./",
                "$S = \"x y\"",
                "",
                "$S ==",
                "($S",
                "$S)",
                "\"open",
                "$S $E",
                "$",
                "&& $S",
                "!$S",
                "$S =~ /(/",
                "$S =~ /xy",
                "nullable",
                "$S == 1"
            })
    void refuses(String text) {
        assertThat(ExpressionParser.parse(text)).isInstanceOf(Malformed.class);
    }
}
