package dev.tandem.cli.run;

import dev.tandem.pipeline.CompileOptions;
import dev.tandem.pipeline.syntax.SourceFiles;
import dev.tandem.runner.LocalRunner;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all pipelines of one run share.
 *
 * @param files of the commit
 * @param compile how configurations are read
 * @param parallel jobs of a pipeline at a time; the runner bounds those of all together
 * @param manual decides in each of the pipelines which manual job is started
 * @param ids numbers the attempts of all jobs
 * @param pipelines numbers the pipelines, the one at the top first
 */
record RunSettings(
        LocalRunner runner,
        Snapshot snapshot,
        SourceFiles files,
        CompileOptions compile,
        RunView view,
        LocalPipeline.Manual manual,
        Instant begun,
        int parallel,
        AtomicLong ids,
        AtomicLong pipelines) {}
