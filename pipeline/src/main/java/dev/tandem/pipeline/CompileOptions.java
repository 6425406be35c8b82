package dev.tandem.pipeline;

import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.syntax.IncludeSources;
import java.util.Map;
import java.util.Set;

/**
 * What a caller offers the compiler beside the repository.
 *
 * @param sources of included files from elsewhere
 * @param missingIncludesAllowed a file that cannot be had is a warning, and what seems wrong only without it is not reported
 * @param capabilities what the caller does with the plan
 * @param inputs values for {@code spec:inputs} of the root file: texts as typed by a person
 */
public record CompileOptions(
        IncludeSources sources,
        boolean missingIncludesAllowed,
        Set<Capability> capabilities,
        Map<String, String> inputs) {
    /** The repository alone, and nothing that needs more than jobs with scripts. */
    public static final CompileOptions PLAIN = new CompileOptions(IncludeSources.none(), false, Set.of(), Map.of());

    public CompileOptions {
        capabilities = Set.copyOf(capabilities);
        inputs = Map.copyOf(inputs);
    }
}
