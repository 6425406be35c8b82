package dev.tandem.pipeline.plan;

import java.util.List;

/**
 * A root variable that its configuration describes for people who start a pipeline by hand.
 *
 * @param value what it is when nobody says otherwise
 * @param options empty: any value
 */
public record PromptedVariable(String key, String value, String description, List<String> options) {
    public PromptedVariable {
        options = List.copyOf(options);
    }
}
