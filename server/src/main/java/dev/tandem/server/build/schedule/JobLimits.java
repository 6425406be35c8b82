package dev.tandem.server.build.schedule;

import dev.tandem.server.build.store.JobLimitStore;
import dev.tandem.server.build.store.JobLimitStore.Own;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** How many jobs of one project run at once, so that one project cannot take all runners. Safe for use by many threads. */
public final class JobLimits {
    private final Database database;
    private final JobLimitStore store;
    private final JobStore jobs;
    private final PipelineStore pipelines;
    private final WaitingJobs queue;
    private final Audit audit;
    private final Clock clock;
    private final int usual;

    public JobLimits(
            Database database,
            JobLimitStore store,
            JobStore jobs,
            PipelineStore pipelines,
            WaitingJobs queue,
            Audit audit,
            Settings settings,
            Clock clock) {
        this.database = database;
        this.store = store;
        this.jobs = jobs;
        this.pipelines = pipelines;
        this.queue = queue;
        this.audit = audit;
        this.clock = clock;
        this.usual = settings.jobsPerProject();
    }

    /**
     * How it is for a project.
     *
     * @param limit 0 for none
     * @param own what an administrator said for this project; null when it has the installation's
     * @param running how many of its jobs runners hold now
     */
    public record Seen(int limit, @Nullable Integer own, int running) {
        public boolean full() {
            return limit > 0 && running >= limit;
        }
    }

    public Seen of(long projectId) {
        return database.read(sql -> seen(sql, projectId));
    }

    /** Projects with a limit of their own. */
    public List<Own> own() {
        return database.read(store::list);
    }

    /** What all others have; 0 for none. */
    public int usual() {
        return usual;
    }

    /** @param jobs 0 for no limit; null for what all others have */
    public void set(Actor actor, ProjectFacts project, @Nullable Integer jobs) {
        database.write(tx -> {
            if (jobs == null) {
                store.clear(tx.sql(), project.id());
            } else {
                store.set(tx.sql(), new Own(project.id(), jobs));
            }
            audit.record(
                    tx, actor, "job-limit.set", project.fullPath(), jobs == null ? "as all others" : jobs.toString());
            tx.afterCommit(() -> queue.unbound(project.id()));
            return true;
        });
    }

    /** Whether one more may be given to a runner; until the transaction ends nobody else is told so for this project. */
    public boolean room(Tx tx, QueuedJob job) {
        int limit = store.find(tx.sql(), job.projectId()).orElse(usual);
        if (limit == 0) {
            return true;
        }
        // In the order in which everybody locks these two.
        pipelines.lockOfJob(tx.sql(), job.jobId(), clock.instant());
        pipelines.lockProject(tx.sql(), job.projectId());
        return jobs.held(tx.sql(), job.projectId()) < limit;
    }

    private Seen seen(DSLContext sql, long projectId) {
        Optional<Integer> own = store.find(sql, projectId);
        return new Seen(own.orElse(usual), own.orElse(null), jobs.held(sql, projectId));
    }
}
