package dev.tandem.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class SaidTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void aSentenceAboutAnotherCarriesItsCodeAndArguments() {
        Said said = Said.of("get_status", "/health", 503).within("attempts", 2).within("restarted");

        assertThat(said)
                .isEqualTo(new Said(
                        "restarted",
                        List.of("attempts", "2", "get_status", "/health", "503"),
                        "Started again after: GET /health answered 503 (2 attempts)"));
        assertThat(JSON.readValue(JSON.writeValueAsString(said), Said.class)).isEqualTo(said);
    }

    @Test
    void whatAgentsWroteDownBeforeIsPlain() {
        assertThat(JSON.readValue("\"The web process ended with exit code 3\"", Said.class))
                .isEqualTo(Said.plain("The web process ended with exit code 3"));
    }

    @Test
    void wordsOfOthersAreNoPatterns() {
        assertThat(Said.of("fetch_failed", "it's {0}").text()).isEqualTo("The bundle could not be fetched: it's {0}");
    }

    @Test
    void withoutItsWordsItIsNone() {
        for (String broken : List.of(
                "{\"code\":\"exited\",\"arguments\":[]}",
                "{\"arguments\":[],\"text\":\"x\"}",
                "{\"code\":\"exited\",\"arguments\":[null],\"text\":\"x\"}")) {
            assertThatThrownBy(() -> JSON.readValue(broken, Said.class))
                    .as(broken)
                    .isInstanceOf(JacksonException.class);
        }
    }
}
