package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.platform.Tx;

/** What the flow tells after the commit: pages that watch, and whoever keeps the log of a job. */
public interface Announcements {
    void job(Tx tx, JobRecord job, JobStatus to);

    void pipeline(Tx tx, PipelineRecord pipeline, JobStatus to);

    /** The job is over: its log and claims may be put away. */
    void ended(Tx tx, JobRecord job);
}
