package dev.tandem.server.deliver.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CourseJsonTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00.123Z");

    /** What a server writes down, its successor must be able to go on with. */
    @Test
    void aCourseSurvivesBeingWrittenDown() {
        Counts counts = new Counts(10, 2, 8, 1, List.of(1L, 2L, 3L, 4L));
        Course course = Course.begin(START, new Segment(Segment.Kind.TRAFFIC, "1.1", "e", 0.1, counts, counts))
                .with(START.plusSeconds(40), List.of());
        Thresholds thresholds = new Thresholds(List.of(10, 20, 50), true, false);
        JsonMapper json = JsonMapper.shared();
        assertThat(json.readValue(json.writeValueAsString(course), Course.class))
                .isEqualTo(course);
        assertThat(json.readValue(json.writeValueAsString(thresholds), Thresholds.class))
                .isEqualTo(thresholds);
    }
}
