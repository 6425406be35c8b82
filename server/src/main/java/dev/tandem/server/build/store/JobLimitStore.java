package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.JOB_LIMITS;

import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** How many jobs of a project may run at once, where an administrator has said so. */
public final class JobLimitStore {
    private static final int MOST = 1000;

    /** A project's own limit; 0 is none. */
    public record Own(long projectId, int jobs) {}

    public Optional<Integer> find(DSLContext sql, long projectId) {
        return sql.select(JOB_LIMITS.JOBS)
                .from(JOB_LIMITS)
                .where(JOB_LIMITS.PROJECT_ID.eq(projectId))
                .fetchOptional(row -> row.value1().intValue());
    }

    public List<Own> list(DSLContext sql) {
        return sql.selectFrom(JOB_LIMITS)
                .orderBy(JOB_LIMITS.PROJECT_ID)
                .limit(MOST)
                .fetch(row -> new Own(row.getProjectId(), row.getJobs().intValue()));
    }

    public void set(DSLContext sql, Own own) {
        sql.insertInto(JOB_LIMITS)
                .set(JOB_LIMITS.PROJECT_ID, own.projectId())
                .set(JOB_LIMITS.JOBS, (long) own.jobs())
                .onConflict(JOB_LIMITS.PROJECT_ID)
                .doUpdate()
                .set(JOB_LIMITS.JOBS, (long) own.jobs())
                .execute();
    }

    public void clear(DSLContext sql, long projectId) {
        sql.deleteFrom(JOB_LIMITS).where(JOB_LIMITS.PROJECT_ID.eq(projectId)).execute();
    }
}
