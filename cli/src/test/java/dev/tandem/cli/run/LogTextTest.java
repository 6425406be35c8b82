package dev.tandem.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a job prints must not steer the terminal of the one who looks at it. */
class LogTextTest {
    @Test
    void keepsColoursAlone() {
        assertThat(LogText.coloured("\u001b[31mred\u001b[0m \u001b[2Jtext\u001b]0;title\u0007\u0007!"))
                .isEqualTo("\u001b[31mred\u001b[0m text!");
        assertThat(LogText.plain("\u001b[31mred\u001b[0m\ttext\u001b]52;c;aGk=\u001b\\ end\u001bc"))
                .isEqualTo("red text end");
    }

    @Test
    void ofALineThatWasWrittenOverShowsTheLast() {
        assertThat(LogText.plain("10%\r20%\r30%")).isEqualTo("30%");
        assertThat(LogText.plain("done\r")).isEqualTo("done");
    }
}
