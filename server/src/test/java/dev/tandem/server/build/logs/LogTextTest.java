package dev.tandem.server.build.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogTextTest {
    private static final String ESC = "\u001b";

    @Test
    void coloursSectionsAndProgressAreTakenAway() {
        assertThat(LogText.lastLines(
                        bytes("section_start:1:step_script\r" + ESC + "[0KSteps\n" + ESC + "[31;1mred" + ESC
                                + "[0m\n10%\r50%\r100%\r\n\n" + ESC + "]0;title\u0007done\n"),
                        10))
                .containsExactly("Steps", "red", "100%", "done");
    }

    @Test
    void timeStampsAreTakenAwayAndContinuationsJoined() {
        assertThat(LogText.lastLines(
                        bytes("2026-08-22T10:15:30.123456Z 01O Compiling...\n"
                                + "2026-08-22T10:15:31.000001Z 01O+ 42%\n2026-08-22T10:15:31.000001Z 01E next\n"),
                        10))
                .containsExactly("Compiling... 42%", "next");
    }

    @Test
    void onlyTheLastLinesAreGiven() {
        assertThat(LogText.lastLines(bytes("a\nb\nc\n"), 2)).containsExactly("b", "c");
        assertThat(LogText.lastLines(new byte[0], 2)).isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
