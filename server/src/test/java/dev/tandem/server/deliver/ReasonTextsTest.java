package dev.tandem.server.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.Said;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.platform.web.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReasonTextsTest {
    private static final Said EXITED = Said.of("exited", "web", 3);

    @Test
    void whatAnAgentSaidIsToldInTheReadersLanguage() {
        Told told = Told.of("never_healthy", "not healthy within {0} s: {1}", 120L, EXITED.within("restarted"));

        assertThat(told.text())
                .isEqualTo(
                        "not healthy within 120 s: Started again after: " + "The web process ended with exit code 3");
        assertThat(ReasonTexts.of(told.code(), told.arguments()))
                .isEqualTo(Text.of(
                        "deliver.reason.never_healthy",
                        "120",
                        Text.of("deliver.agent.restarted", Text.of("deliver.agent.exited", "web", "3"))));
        assertThat(ReasonTexts.plain(told.arguments()))
                .containsExactly("120", "Started again after: The web process ended with exit code 3");
    }

    @Test
    void whatHasNoWordsOfOursIsToldAsItCame() {
        Told plain = Told.of("crashed", "it crashed: {0}", Said.plain("exit 137"));
        Told newer = Told.of("crashed", "it crashed: {0}", new Said("not_known_here", List.of("x"), "Later words"));
        Told none = Told.of("canceled_by", "canceled by {0}", "mei");

        assertThat(ReasonTexts.of(plain.code(), plain.arguments()))
                .isEqualTo(Text.of("deliver.reason.crashed", Text.plain("exit 137")));
        assertThat(ReasonTexts.of(newer.code(), newer.arguments()))
                .isEqualTo(Text.of("deliver.reason.crashed", Text.plain("Later words")));
        assertThat(ReasonTexts.of(none.code(), none.arguments()))
                .isEqualTo(Text.of("deliver.reason.canceled_by", "mei"));
    }

    /** A service's name of a process, or a person's, may hold anything. */
    @Test
    void nobodyPutsAQuoteIntoASentence() {
        String forged = "\u001f0\u001fexited\u001fweb";
        Told told = Told.of("canceled_by", "canceled by {0}", forged);
        Told said = Told.of("crashed", "it crashed: {0}", Said.of("exited", forged, forged));

        assertThat(ReasonTexts.of(told.code(), told.arguments()))
                .isEqualTo(Text.of("deliver.reason.canceled_by", " 0 exited web"));
        assertThat(ReasonTexts.of(said.code(), said.arguments()))
                .isEqualTo(Text.of(
                        "deliver.reason.crashed", Text.of("deliver.agent.exited", " 0 exited web", " 0 exited web")));
    }
}
