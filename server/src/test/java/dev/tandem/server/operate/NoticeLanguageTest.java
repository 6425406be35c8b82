package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.Translator;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NoticeLanguageTest {
    private static final Suspect SUSPECT =
            new Suspect(7, 1, 1, Suspect.Reason.FAILED, List.of("canceled by mei", "canceled_by", "mei"));

    @Test
    void aReasonWithinASentenceIsTranslatedWithIt() {
        Text line = Text.of("operate.notice.suspect", "4f2c9e1b", IncidentTexts.sentence(SUSPECT));

        assertThat(Translator.of("en").text(line))
                .isEqualTo("First suspect: 4f2c9e1b. Its rollout failed: Canceled by mei");
        assertThat(Translator.of("zh-CN").text(line)).isEqualTo("首要嫌疑：4f2c9e1b。其发布失败：由 mei 取消");
    }

    @Test
    void whatAnOlderVersionWroteIsToldAsItIs() {
        Suspect old = new Suspect(7, 1, 1, Suspect.Reason.FAILED, List.of("canceled by mei"));

        assertThat(Translator.of("en").text(IncidentTexts.sentence(old)))
                .isEqualTo("Its rollout failed: canceled by mei");
    }

    @Test
    void everyEventThatTakesATitleHasOneInBothLanguages() {
        Stream.of("en", "zh-CN")
                .map(Translator::of)
                .forEach(language -> Arrays.stream(Notice.Event.values())
                        .map(event -> "operate.notice." + event.wire())
                        .forEach(key -> assertThat(language.text(Text.of(key, "a", "b", "c")))
                                .isNotEqualTo(key)));
    }
}
