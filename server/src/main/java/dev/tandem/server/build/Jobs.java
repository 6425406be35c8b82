package dev.tandem.server.build;

import dev.tandem.server.platform.Tx;
import java.util.Optional;
import org.jooq.DSLContext;

/** Reads of jobs for other packages. Safe for use by many threads. */
public interface Jobs {
    /** Opens a read of its own; not inside another transaction. */
    Optional<JobFacts> facts(long jobId);

    /** The same inside an open transaction. */
    Optional<JobFacts> facts(DSLContext sql, long jobId);

    /** Asks a job to end, as a person would; nothing happens when it is over already. */
    void cancel(Tx tx, long jobId);
}
