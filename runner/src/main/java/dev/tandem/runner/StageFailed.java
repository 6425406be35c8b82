package dev.tandem.runner;

import java.io.Serial;

/** A stage of a job did not succeed; the message is for the job's log. */
final class StageFailed extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final String reason;
    private final int exitCode;

    /** @param reason one of {@link FailureReasons} */
    StageFailed(String reason, int exitCode, String message) {
        super(message);
        this.reason = reason;
        this.exitCode = exitCode;
    }

    static StageFailed script(int exitCode) {
        return new StageFailed(FailureReasons.SCRIPT, exitCode, "exit code " + exitCode);
    }

    JobResult.Failed result() {
        return new JobResult.Failed(reason, exitCode, String.valueOf(getMessage()));
    }
}
