package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Tx;
import java.time.Instant;
import java.util.List;

/** What happens between a trigger job and its pipeline: later, one pipeline at a time, so that no transaction locks both. */
public record BridgeTasks(DurableTask<Turn> turn, DurableTask<Changed> change, DurableTask<Ended> end) {

    /** A trigger job's turn came: its pipeline is to be made. */
    public record Turn(long jobId) {}

    /** The pipeline that a trigger job made, or a job mirrors, has another status. */
    public record Changed(long jobId) {}

    /**
     * A trigger job was asked to end, and with it what it started.
     *
     * @param superseded by a newer push, which ends only what may be ended
     */
    public record Ended(long jobId, boolean byUser, boolean superseded) {}

    void turn(Tx tx, JobRecord job, Instant now) {
        tx.schedule(turn, "job-" + job.id(), new Turn(job.id()), now);
    }

    /** @param jobs that show the status of this pipeline */
    void changed(Tx tx, PipelineRecord followed, List<Long> jobs, JobStatus to, Instant now) {
        for (long job : jobs) {
            // Each change has its own task: one that is being worked on may have looked before this.
            String instance = "pipeline-" + followed.id() + "-" + job + "-" + to.wire() + "-" + now.toEpochMilli();
            tx.schedule(change, instance, new Changed(job), now);
        }
    }

    void ended(Tx tx, JobRecord job, boolean byUser, boolean superseded, Instant now) {
        String instance = "job-" + job.id() + "-" + byUser + "-" + now.toEpochMilli();
        tx.schedule(end, instance, new Ended(job.id(), byUser, superseded), now);
    }
}
