package dev.tandem.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.agent.HealthCheck.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcfileTest {

    @Test
    void readsTypesAndCommands() throws Exception {
        Procfile procfile = Procfile.parse("# what runs\nweb: ./serve --port $PORT\n\nmail-worker:   ./work \r\n");

        assertThat(procfile.commands()).isEqualTo(Map.of("web", "./serve --port $PORT", "mail-worker", "./work"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'worker: x'|names no web process",
                "'web: x\nnonsense'|Procfile line 2: expected",
                "'web: x\nweb: y'|Procfile line 2: web appears twice",
                "'web: x\nrelease: y'|release process type is not supported",
                "'web:'|Procfile line 1"
            })
    void saysWhereAProcfileIsWrong(String text, String message) {
        assertThatThrownBy(() -> Procfile.parse(text))
                .isInstanceOf(Procfile.Refused.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsChecksAndFillsInDefaults() throws Exception {
        HealthChecks checks = HealthChecks.parse("""
                {"name": "x", "healthchecks": {"web": [
                  {"type": "startup", "name": "up", "path": "/up", "attempts": 4, "content": "ok",
                   "httpHeaders": [{"name": "X-A", "value": "1"}], "onFailure": {"url": "x"}},
                  {"type": "liveness", "uptime": 3, "wait": 9, "timeout": 2, "initialDelay": 1}]}}
                """);

        Duration five = Duration.ofSeconds(5);
        assertThat(checks.startup())
                .containsExactly(new HealthCheck(
                        Type.STARTUP, "/up", "ok", Map.of("X-A", "1"), Duration.ZERO, 4, five, five, Duration.ZERO));
        assertThat(checks.running())
                .containsExactly(new HealthCheck(
                        Type.LIVENESS,
                        null,
                        "",
                        Map.of(),
                        Duration.ofSeconds(3),
                        3,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(1)));
    }

    @Test
    void looksWhetherSomethingListensWhenNothingIsDeclared() throws Exception {
        assertThat(HealthChecks.parse("{}")).isEqualTo(HealthChecks.DEFAULT);
        assertThat(HealthChecks.parse("{\"healthchecks\": {\"worker\": []}}").startup())
                .isEqualTo(List.of(HealthCheck.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{'|not valid JSON",
                "'{\"healthchecks\": {\"web\": 1}}'|must be an array",
                "'{\"healthchecks\": {\"web\": [{\"command\": [\"x\"]}]}}'|healthchecks.web[0]: \"command\" is not supported",
                "'{\"healthchecks\": {\"web\": [{\"path\": \"up\"}]}}'|path must begin with /",
                "'{\"healthchecks\": {\"web\": [{\"type\": \"odd\"}]}}'|type must be",
                "'{\"healthchecks\": {\"web\": [{\"attempts\": 0}]}}'|attempts must be a whole number from 1 to 3600",
                "'{\"healthchecks\": {\"web\": [{\"wait\": \"5\"}]}}'|wait must be a whole number"
            })
    void saysWhereAppJsonIsWrong(String text, String message) {
        assertThatThrownBy(() -> HealthChecks.parse(text))
                .isInstanceOf(Procfile.Refused.class)
                .hasMessageContaining(message);
    }
}
