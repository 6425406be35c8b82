package dev.tandem.server.build.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static final String EXPRESSION = "Total.*?\\d+(?:\\.\\d+)? ?%";

    @Test
    void theFirstNumberOfTheLastMatchCounts() throws IOException {
        assertThat(coverage("Total 10%\nTotal: 80.25 % of 312 lines, Total 81 %\nother 99%\n"))
                .contains("81.00");
        assertThat(coverage("nothing\n")).isEmpty();
        assertThat(coverage("Total 250%\n")).as("more than all").isEmpty();
        assertThat(coverage("Total 87.456%")).contains("87.46");
    }

    @Test
    void coloursStampsAndBrokenLinesDoNotHideIt() throws IOException {
        assertThat(coverage("\u001b[32mTotal \u001b[1m87.5\u001b[0m%\n")).contains("87.50");
        assertThat(coverage("2026-08-22T10:15:30.123456Z 01O Total 8\n2026-08-22T10:15:31.000001Z 01O+7.5%\n"))
                .contains("87.50");
    }

    @Test
    void hostileLinesAndExpressionsEndInTime() throws IOException {
        String endless = "a".repeat(3_000_000);
        assertThat(of(endless + "\nTotal 5%\n", "(a*)*b|" + EXPRESSION)).contains("5.00");
        assertThat(of("Total 5%", "((a{1000}){1000}){1000}")).isEmpty();
        assertThat(of("Total 5%", "(")).isEmpty();
    }

    private static Optional<String> coverage(String log) throws IOException {
        return of(log, EXPRESSION);
    }

    private static Optional<String> of(String log, String expression) throws IOException {
        return Coverage.of(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)), expression)
                .map(percent -> percent.toPlainString());
    }
}
