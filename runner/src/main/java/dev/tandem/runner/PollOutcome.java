package dev.tandem.runner;

/** What came of asking for a job. */
sealed interface PollOutcome {
    record Assigned(JobPayload job) implements PollOutcome {}

    /** @param lastUpdate to be sent with the next request; empty when the coordinator gave none */
    record Nothing(String lastUpdate) implements PollOutcome {}

    /** The token is not accepted. */
    record Forbidden() implements PollOutcome {}

    record Trouble(String message) implements PollOutcome {}
}
