package dev.tandem.server.build;

import static dev.tandem.server.platform.tables.Tables.ARTIFACTS;
import static dev.tandem.server.platform.tables.Tables.JOBS;

import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.code.ProjectLeftovers;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Has logs and artifacts removed from disk and object store when the rows that know of them go with their project. */
final class DeletedJobs implements ProjectLeftovers {
    private static final int BATCH = 500;

    /** By then a runner's last request, let in before the project went, is over. */
    private static final Duration LAST_REQUESTS = Duration.ofMinutes(1);

    private final DurableTask<Batch> task;
    private final Clock clock;

    DeletedJobs(DurableTask<Batch> task, Clock clock) {
        this.task = task;
        this.clock = clock;
    }

    /** Data of the durable task. */
    record Batch(List<Long> jobs, List<String> objectKeys) {
        Batch {
            jobs = List.copyOf(jobs);
            objectKeys = List.copyOf(objectKeys);
        }

        /** Safe to repeat. */
        void remove(JobLogs logs, ObjectStore objects) {
            jobs.forEach(logs::delete);
            try {
                for (String key : objectKeys) {
                    objects.delete(key);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("artifacts of a deleted project", e);
            }
        }
    }

    @Override
    public void note(Tx tx, long projectId) {
        long last = 0;
        List<Long> jobs = jobs(tx, projectId, last);
        while (!jobs.isEmpty()) {
            Batch batch = new Batch(jobs, objectKeys(tx, jobs));
            last = jobs.getLast();
            tx.schedule(task, projectId + "-" + last, batch, clock.instant().plus(LAST_REQUESTS));
            jobs = jobs(tx, projectId, last);
        }
    }

    private static List<Long> jobs(Tx tx, long projectId, long after) {
        return tx.sql()
                .select(JOBS.ID)
                .from(JOBS)
                .where(JOBS.PROJECT_ID.eq(projectId), JOBS.ID.gt(after))
                .orderBy(JOBS.ID)
                .limit(BATCH)
                .fetch(JOBS.ID);
    }

    private static List<String> objectKeys(Tx tx, List<Long> jobs) {
        return tx.sql()
                .select(ARTIFACTS.OBJECT_KEY)
                .from(ARTIFACTS)
                .where(ARTIFACTS.JOB_ID.in(jobs))
                .orderBy(ARTIFACTS.ID)
                .fetch(ARTIFACTS.OBJECT_KEY);
    }
}
