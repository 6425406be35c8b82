package dev.tandem.server.build.schedule;

import dev.tandem.server.build.store.PipelineRecord;

/** What came of the wish for a pipeline. */
public sealed interface CreationOutcome {
    /** There is a pipeline; a failed one without jobs when the configuration has errors. */
    record Created(PipelineRecord pipeline) implements CreationOutcome {}

    /** There is none, for this reason. */
    record None(String why) implements CreationOutcome {}
}
