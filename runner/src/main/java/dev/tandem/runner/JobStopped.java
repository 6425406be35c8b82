package dev.tandem.runner;

import java.io.Serial;

/** The rest of a phase is not done because the job must end. */
final class JobStopped extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final JobControl.Cause cause;

    JobStopped(JobControl.Cause cause) {
        super(cause.name(), null, false, false);
        this.cause = cause;
    }

    JobControl.Cause why() {
        return cause;
    }
}
