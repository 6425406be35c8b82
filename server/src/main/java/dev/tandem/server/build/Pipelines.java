package dev.tandem.server.build;

import java.util.List;
import java.util.Optional;

/** Reads of pipelines for other packages; each opens a read of its own. Safe for use by many threads. */
public interface Pipelines {
    Optional<PipelineFacts> find(long pipelineId);

    /** Newest first. */
    List<PipelineFacts> latest(long projectId, int limit);

    /** The newest pipeline of each of these commits that has one, newest first. */
    List<PipelineFacts> ofCommits(long projectId, List<String> shas);
}
