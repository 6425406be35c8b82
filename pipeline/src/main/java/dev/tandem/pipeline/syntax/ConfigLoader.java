package dev.tandem.pipeline.syntax;

import dev.tandem.pipeline.syntax.Node.Mapping;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The phases before keywords mean anything: files, inputs, include, extends, references. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * One tree without includes and references, in which every entry holds what it extends; null when the root file cannot be read.
     *
     * @param inputs of the root file, as typed by a person
     * @throws Budget.Exhausted when the configuration expands beyond its limits
     */
    public static @Nullable Mapping load(
            SourceFiles files,
            String rootFile,
            IncludeContext context,
            IncludeSources sources,
            Map<String, String> inputs,
            Budget budget,
            Diagnostics diagnostics) {
        Mapping merged = new Includes(files, sources, context, budget, diagnostics).load(rootFile, inputs);
        if (merged == null) {
            return null;
        }
        Mapping extended = new Extends(merged, budget, diagnostics).resolve();
        if (extended.weight() > Limits.WEIGHT) {
            throw new Budget.Exhausted();
        }
        return new References(extended, budget, diagnostics).resolve();
    }
}
