package dev.tandem.pipeline;

import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.syntax.SourceFiles;

/** Compiles the pipeline configuration of one commit. Stateless; safe to call from any thread. */
public final class PipelineCompiler {
    private PipelineCompiler() {}

    /**
     * Reads {@code rootFile} and what it includes, checks all of it, and evaluates it for the given pipeline. Never throws for
     * anything a file contains; ends quickly for hostile input.
     */
    public static Compilation compile(SourceFiles files, String rootFile, PipelineContext context) {
        throw new UnsupportedOperationException("the compiler follows in the next commit; its types are final");
    }
}
