package dev.tandem.server.build;

import org.jooq.DSLContext;

/** Implemented as a bean by whoever rolls out: a job that started a rollout is never canceled by a newer pipeline. */
public interface RolloutGuard {
    /**
     * Whether this job started a rollout that is not over.
     *
     * @param sql of the transaction that decides; read only with it, quickly
     */
    boolean startedRollout(DSLContext sql, long jobId);
}
