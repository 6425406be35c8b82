package dev.tandem.server.deliver;

/** What became of the wish to stop an environment. */
public sealed interface StopAnswer {
    /** Nothing of it runs any more. */
    record Stopped() implements StopAnswer {}

    /** The job that stops it runs; the environment stops when that job succeeds. */
    record Begun(long jobId) implements StopAnswer {}

    /** @param reason a sentence */
    record Refused(RolloutAnswer.Why why, String reason) implements StopAnswer {}
}
