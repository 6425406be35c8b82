package dev.tandem.pipeline.syntax;

import dev.tandem.pipeline.syntax.Node.Mapping;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The phases before keywords mean anything: files, inputs, include, extends, references. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * A loaded configuration.
     *
     * @param root one tree without includes and references, in which every entry holds what it extends; null when the root file
     *     cannot be read
     * @param inputs that the root file declares
     */
    public record Loaded(@Nullable Mapping root, List<DeclaredInput> inputs) {}

    /**
     * Reads the root file and all that it includes.
     *
     * @param inputs of the root file, as typed by a person
     * @throws Budget.Exhausted when the configuration expands beyond its limits
     */
    public static Loaded load(
            SourceFiles files,
            String rootFile,
            IncludeContext context,
            IncludeSources sources,
            Map<String, String> inputs,
            Budget budget,
            Diagnostics diagnostics) {
        Includes includes = new Includes(files, sources, context, budget, diagnostics);
        Mapping merged = includes.load(rootFile, inputs);
        if (merged == null) {
            return new Loaded(null, includes.inputs());
        }
        Mapping extended = new Extends(merged, budget, diagnostics).resolve();
        if (extended.weight() > Limits.WEIGHT) {
            throw new Budget.Exhausted();
        }
        return new Loaded(new References(extended, budget, diagnostics).resolve(), includes.inputs());
    }
}
