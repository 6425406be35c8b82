package dev.tandem.agent;

/** What can happen to a revision. */
enum RevisionEvent {
    /** Its bundle lies unpacked in its folder. */
    FETCHED,
    /** It can never run. */
    REFUSED,
    /** All checks passed. */
    CHECK_PASSED,
    /** A check failed as often as it may. */
    CHECK_FAILED,
    /** Its web process is beyond help: its liveness check failed as often as it may. */
    LIVENESS_LOST,
    /** Its web process ended. */
    EXITED,
    /** Its web process runs again. */
    RESTARTED,
    /** It left the desired state. */
    UNWANTED,
    /** It came back into the desired state. */
    WANTED,
    /** All its processes are gone, because they were told to. */
    ENDED
}
