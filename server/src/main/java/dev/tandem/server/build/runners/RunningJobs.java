package dev.tandem.server.build.runners;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.schedule.JobResult;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches jobs that runners hold: takes back those not acknowledged, ends those that went silent or ran far beyond their time.
 * When a runner was last heard is kept in memory only; after a start of the server each job gets a full period first.
 */
public final class RunningJobs {
    private static final Logger LOG = LoggerFactory.getLogger(RunningJobs.class);
    /** Runners keep to the timeout themselves; this much later the server stops waiting for them. */
    private static final Duration GRACE = Duration.ofMinutes(15);

    private final Database database;
    private final JobStore jobs;
    private final JobFlow flow;
    private final Settings settings;
    private final Clock clock;
    private final Instant serverStart;
    private final Map<Long, Instant> heard = new ConcurrentHashMap<>();

    public RunningJobs(Database database, JobStore jobs, JobFlow flow, Settings settings, Clock clock) {
        this.database = database;
        this.jobs = jobs;
        this.flow = flow;
        this.settings = settings;
        this.clock = clock;
        this.serverStart = clock.instant();
    }

    /** A call about this job came in. */
    void heard(long jobId) {
        heard.put(jobId, clock.instant());
    }

    public void forget(long jobId) {
        heard.remove(jobId);
    }

    /** Looks at all jobs that runners hold. Safe to repeat at any time. */
    public void sweep() {
        Instant now = clock.instant();
        for (JobRecord job : database.read(sql -> jobs.inStatus(sql, JobStatus.PENDING))) {
            Instant claimedUntil = job.claimedUntil();
            if (claimedUntil != null && !claimedUntil.isAfter(now)) {
                LOG.info("job {} was not acknowledged and waits again", job.id());
                database.write(tx -> flow.release(tx, job));
            }
        }
        for (JobRecord job : database.read(sql -> jobs.inStatus(sql, JobStatus.RUNNING, JobStatus.CANCELING))) {
            // Nobody runs a trigger job; its pipeline tells when it is over.
            String reason = job.bridge() ? "" : reason(job, now);
            if (!reason.isEmpty()) {
                LOG.info("job {} is ended: {}", job.id(), reason);
                database.write(tx -> flow.finish(tx, job.id(), new JobResult.Failed(reason, 0)));
            }
        }
    }

    /** The jobs that a runner holds now. */
    List<JobRecord> heldBy(long runnerId) {
        return database.read(sql -> jobs.heldBy(sql, runnerId));
    }

    /** The process that held these jobs is dead: what it had not begun waits again, what it ran is lost. */
    void holderDied(List<JobRecord> held) {
        for (JobRecord job : held) {
            if (job.status() == JobStatus.PENDING) {
                LOG.info("job {} was never begun by the runner that died with the server, and waits again", job.id());
                database.write(tx -> flow.release(tx, job));
            } else {
                LOG.info("job {} was lost when its runner died with the server", job.id());
                database.write(tx -> flow.finish(tx, job.id(), new JobResult.Failed("runner_system_failure", 0)));
            }
        }
    }

    /** Why the job must end; empty when it need not. */
    private String reason(JobRecord job, Instant now) {
        Instant started = job.startedAt() == null ? job.createdAt() : job.startedAt();
        Instant last = later(later(started, serverStart), heard.getOrDefault(job.id(), started));
        if (last.plus(settings.jobLostAfter()).isBefore(now)) {
            return "runner_system_failure";
        }
        return started.plus(job.timeout()).plus(GRACE).isBefore(now) ? "job_execution_timeout" : "";
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
