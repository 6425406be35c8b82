package dev.tandem.pipeline.state;

import static dev.tandem.pipeline.state.JobStatus.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every status with every event. */
class JobTransitionsTest {
    /** The whole machine a second time, as a person reads it. */
    private static final Map<JobStatus, String> EXPECTED = new EnumMap<>(Map.ofEntries(
            Map.entry(
                    CREATED,
                    "enqueue>pending await_resource>waiting_for_resource prepare>preparing hold>manual schedule>scheduled"
                            + " skip>skipped fail>failed cancel>canceled"),
            Map.entry(WAITING_FOR_RESOURCE, "resource_granted>pending prepare>preparing fail>failed cancel>canceled"),
            Map.entry(PREPARING, "enqueue>pending fail>failed cancel>canceled"),
            Map.entry(PENDING, "start>running fail>failed cancel>canceled"),
            Map.entry(
                    RUNNING,
                    "pass>success fail>failed return>pending cancel>canceling skip>skipped hold>manual schedule>scheduled"),
            Map.entry(CANCELING, "cancel_confirmed>canceled pass>canceled fail>canceled"),
            Map.entry(MANUAL, "play>pending await_resource>waiting_for_resource resume>running"),
            Map.entry(
                    SCHEDULED,
                    "fire>pending play>pending await_resource>waiting_for_resource unschedule>manual cancel>canceled"
                            + " resume>running"),
            Map.entry(SKIPPED, "reset>created"),
            Map.entry(SUCCESS, "resume>running"),
            Map.entry(FAILED, "resume>running"),
            Map.entry(CANCELED, "resume>running")));

    static Stream<Arguments> pairs() {
        return Stream.of(JobStatus.values())
                .flatMap(status -> Stream.of(JobEvent.values()).map(event -> Arguments.of(status, event)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everyPair(JobStatus status, JobEvent event) {
        String word = event.name().toLowerCase(Locale.ROOT) + ">";
        String expected = Stream.of(EXPECTED.getOrDefault(status, "").split(" ", -1))
                .filter(each -> each.startsWith(word))
                .map(each -> each.substring(word.length()))
                .findFirst()
                .orElse("nothing");
        assertThat(JobTransitions.next(status, event).map(JobStatus::wire).orElse("nothing"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(JobStatus.class)
    void everyStatusCanEnd(JobStatus start) {
        Set<JobStatus> reached = EnumSet.of(start);
        boolean grew = true;
        while (grew) {
            grew = false;
            for (JobStatus status : EnumSet.copyOf(reached)) {
                grew |= reached.addAll(
                        JobTransitions.NEXT.getOrDefault(status, Map.of()).values());
            }
        }
        assertThat(reached).anyMatch(JobStatus::isTerminal);
    }

    @Test
    void wireWordsAreGitLabs() {
        assertThat(Stream.of(JobStatus.values()).map(JobStatus::wire))
                .containsExactlyInAnyOrder(
                        "created",
                        "waiting_for_resource",
                        "preparing",
                        "pending",
                        "running",
                        "success",
                        "failed",
                        "canceling",
                        "canceled",
                        "skipped",
                        "manual",
                        "scheduled");
        for (JobStatus status : JobStatus.values()) {
            assertThat(JobStatus.ofWire(status.wire())).contains(status);
        }
        for (When when : When.values()) {
            assertThat(When.ofWire(when.wire())).contains(when);
        }
        assertThat(JobStatus.ofWire("cancelled")).isEmpty();
    }
}
