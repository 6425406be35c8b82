package dev.tandem.pipeline;

import dev.tandem.pipeline.syntax.Diagnostic;
import java.util.List;

/** The outcome, and every error and warning in the order of the files. */
public record Compilation(Outcome outcome, List<Diagnostic> diagnostics) {
    public Compilation {
        diagnostics = List.copyOf(diagnostics);
    }
}
