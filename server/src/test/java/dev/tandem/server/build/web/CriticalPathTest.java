package dev.tandem.server.build.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.build.web.CriticalPath.Step;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CriticalPathTest {
    @Test
    void theOneThatEndedLastAndWhatItWaitedFor() {
        assertThat(CriticalPath.of(List.of(
                        step("compile", 0, null, 10),
                        step("assets", 0, null, 30),
                        step("test", 1, List.of("compile"), 90),
                        step("lint", 1, List.of(), 20),
                        step("package", 2, List.of("test", "assets"), 100),
                        step("docs", 2, List.of("assets"), 60))))
                .containsExactlyInAnyOrder("compile", "test", "package");
    }

    @Test
    void withoutNeedsAStageWaitsForAllBefore() {
        assertThat(CriticalPath.of(List.of(
                        step("compile", 0, null, 10),
                        step("assets", 0, null, 30),
                        step("test", 1, null, 90),
                        step("notify", 2, null, null))))
                .containsExactlyInAnyOrder("assets", "test");
    }

    @Test
    void oneJobAloneIsNoPath() {
        assertThat(CriticalPath.of(List.of(step("a", 0, null, 10), step("b", 0, null, 20))))
                .isEmpty();
        assertThat(CriticalPath.of(List.of(step("loop", 0, List.of("loop"), 10))))
                .isEmpty();
    }

    private static Step step(String name, int stage, List<String> needs, Integer end) {
        return new Step(name, stage, needs, end == null ? null : Instant.ofEpochSecond(end));
    }
}
