package dev.tandem.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private final StringWriter shown = new StringWriter();

    /** A question stands on the terminal: nothing is painted over it, and nothing is lost. */
    @Test
    void saysAfterAQuestionWhatHappenedMeanwhile() {
        try (LiveView view = new LiveView(new PrintWriter(shown), 2)) {
            view.hold();
            int asked = shown.getBuffer().length();
            view.word("first");
            view.word("second");
            assertThat(shown.getBuffer().length()).isEqualTo(asked);
            view.resume();
            assertThat(shown.toString()).contains("first\nsecond\n");
            view.word("third");
            assertThat(shown.toString()).containsOnlyOnce("second");
        }
    }
}
