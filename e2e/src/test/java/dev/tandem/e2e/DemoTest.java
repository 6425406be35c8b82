package dev.tandem.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.cli.drive.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @BeforeAll
    static void distribution() {
        Distribution.required();
    }

    @Test
    void theStoryIsToldToItsEndAndLeavesNothingBehind() throws Exception {
        Path errors = Files.createTempFile("demo", ".log");
        Process demo = new ProcessBuilder(
                        ServerProcess.home().resolve("bin/tandem").toString(), "demo", "--headless", "--json")
                .redirectError(errors.toFile())
                .start();
        List<String> output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        int exit = demo.waitFor();
        JsonNode report = JSON.readTree(output.getLast());

        assertThat(exit).as(report + "\n" + Files.readString(errors)).isZero();
        assertThat(report.path("ok").asBoolean()).isTrue();
        assertThat(names(report))
                .containsExactly(
                        "start",
                        "push",
                        "pipeline",
                        "deploy-staging",
                        "deploy-production",
                        "traffic",
                        "bad-push",
                        "rollback",
                        "incident",
                        "dora");
        assertThat(report.path("figures").propertyNames())
                .containsExactlyInAnyOrder(
                        "serverReadySeconds",
                        "pushToFirstLogLineMillis",
                        "pipelineOverheadMillis",
                        "requestsSent",
                        "requestsFailedDuringGoodRollout",
                        "requestsFailedDuringBadRollout",
                        "badRevisionDetectedSeconds",
                        "trafficBackSeconds",
                        "badAnswersUntilRollback",
                        "deploymentFrequency",
                        "leadTimeSeconds",
                        "changeFailureRate",
                        "recoverySeconds",
                        "residentMemoryMegabytes",
                        "proxyResidentMemoryMegabytes",
                        "proxyAddedMemoryMegabytes");
        assertThat(report.path("figures")
                        .path("requestsFailedDuringGoodRollout")
                        .asLong())
                .isZero();
        assertThat(report.path("figures").path("requestsSent").asLong()).isPositive();
        assertThat(processesNaming("tandem-demo-")).isEmpty();
    }

    private static List<String> names(JsonNode report) {
        List<String> names = new ArrayList<>();
        report.path("steps").forEach(step -> names.add(step.path("name").asString()));
        return names;
    }

    private static List<String> processesNaming(String text) {
        return ProcessHandle.allProcesses()
                .map(handle -> handle.info().commandLine().orElse(""))
                .filter(line -> line.contains(text))
                .toList();
    }
}
