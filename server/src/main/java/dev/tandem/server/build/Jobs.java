package dev.tandem.server.build;

import dev.tandem.pipeline.plan.JobEnvironment;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Tx;
import java.util.Optional;
import org.jooq.DSLContext;

/** Reads of jobs for other packages. Safe for use by many threads. */
public interface Jobs {
    /** Opens a read of its own; not inside another transaction. */
    Optional<JobFacts> facts(long jobId);

    /** The same inside an open transaction. */
    Optional<JobFacts> facts(DSLContext sql, long jobId);

    /** What a job says of its environment, expanded; empty when it says nothing. */
    default Optional<JobEnvironment> environment(DSLContext sql, long jobId) {
        return Optional.empty();
    }

    /**
     * Starts the job {@code name} of the pipeline that {@code ofJob} belongs to: a manual one is played, one that is over
     * runs again. That the user may do so was checked before.
     *
     * @return the number of what runs now; empty when there is no such job or it cannot start
     */
    default Optional<Long> startBeside(Tx tx, long ofJob, String name, UserId user) {
        return Optional.empty();
    }

    /** Asks a job to end, as a person would; nothing happens when it is over already. */
    void cancel(Tx tx, long jobId);
}
