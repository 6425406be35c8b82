package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.Strategy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What rollouts keep as JSON in one column. */
final class RolloutJsonText {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RolloutJsonText() {}

    static String options(RolloutOptions options) {
        return JSON.writeValueAsString(options);
    }

    /** @param text null for rollouts from before there were options */
    static RolloutOptions options(@Nullable String text, Strategy strategy) {
        return text == null ? RolloutOptions.of(strategy) : JSON.readValue(text, RolloutOptions.class);
    }

    static String texts(List<String> texts) {
        return JSON.writeValueAsString(texts);
    }

    static List<String> texts(@Nullable String text) {
        return text == null ? List.of() : Arrays.asList(JSON.readValue(text, String[].class));
    }

    static String any(Object value) {
        return JSON.writeValueAsString(value);
    }
}
