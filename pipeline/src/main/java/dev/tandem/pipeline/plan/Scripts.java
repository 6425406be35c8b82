package dev.tandem.pipeline.plan;

import java.util.List;

/** The command lines of a job. {@code before} and {@code script} run in one shell, {@code after} in its own. */
public record Scripts(List<String> preGetSources, List<String> before, List<String> script, List<String> after) {
    public Scripts {
        preGetSources = List.copyOf(preGetSources);
        before = List.copyOf(before);
        script = List.copyOf(script);
        after = List.copyOf(after);
    }
}
