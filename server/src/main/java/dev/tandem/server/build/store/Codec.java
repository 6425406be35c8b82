package dev.tandem.server.build.store;

import dev.tandem.pipeline.plan.PlannedJob;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** How values stand in columns: lists and plans as JSON, times as epoch milliseconds. */
final class Codec {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};
    private static final TypeReference<List<Problem>> PROBLEMS = new TypeReference<>() {};

    private Codec() {}

    static String text(Object value) {
        return JSON.writeValueAsString(value);
    }

    static List<String> strings(String json) {
        return JSON.readValue(json, STRINGS);
    }

    static List<Problem> problems(String json) {
        return JSON.readValue(json, PROBLEMS);
    }

    static PlannedJob plan(String json) {
        return JSON.readValue(json, PlannedJob.class);
    }

    static <T> T read(String json, TypeReference<T> type) {
        return JSON.readValue(json, type);
    }

    static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
