package dev.tandem.server.build;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.runners.RunningJobs;
import dev.tandem.server.build.schedule.Announcements;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.Live;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Tells browsers what moved, and puts the logs of finished jobs away. */
@Component
class LiveAnnouncements implements Announcements {
    private final Live live;
    private final DurableTask<LogOfJob> archiveLog;
    private final ObjectProvider<RunningJobs> running;
    private final Clock clock;

    /** The log of a job that is over. */
    record LogOfJob(long jobId) {}

    LiveAnnouncements(Live live, DurableTask<LogOfJob> archiveLog, ObjectProvider<RunningJobs> running, Clock clock) {
        this.live = live;
        this.archiveLog = archiveLog;
        this.running = running;
        this.clock = clock;
    }

    @Override
    public void job(Tx tx, JobRecord job, JobStatus to) {
        Map<String, Object> data = Map.of("job", job.id(), "pipeline", job.pipelineId(), "status", to.wire());
        tx.afterCommit(() -> {
            live.publish("job/" + job.id(), "status", data);
            live.publish("pipeline/" + job.pipelineId(), "status", data);
        });
    }

    @Override
    public void pipeline(Tx tx, PipelineRecord pipeline, JobStatus to) {
        Map<String, Object> data = Map.of("pipeline", pipeline.id(), "status", to.wire());
        tx.afterCommit(() -> {
            live.publish("pipeline/" + pipeline.id(), "status", data);
            live.publish("pipelines/" + pipeline.projectId(), "status", data);
        });
    }

    @Override
    public void ended(Tx tx, JobRecord job) {
        tx.schedule(archiveLog, "job-" + job.id(), new LogOfJob(job.id()), clock.instant());
        tx.afterCommit(() -> running.getObject().forget(job.id()));
    }
}
