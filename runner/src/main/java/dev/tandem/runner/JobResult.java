package dev.tandem.runner;

/** How a job ended. */
sealed interface JobResult {
    record Succeeded() implements JobResult {}

    /**
     * @param reason the protocol's word, before it is mapped to those the coordinator knows
     * @param exitCode of the script; 0 when it is not a matter of exit codes
     */
    record Failed(String reason, int exitCode, String message) implements JobResult {}

    /** The coordinator took the job away and wants to hear no more of it. */
    record Dropped() implements JobResult {}
}
