package dev.tandem.pipeline.state;

/** What can happen to a job. */
public enum JobEvent {
    /** Its turn came and nothing holds it back. */
    ENQUEUE,
    /** Its turn came, but its resource group is taken. */
    AWAIT_RESOURCE,
    /** The resource group is its own now. */
    RESOURCE_GRANTED,
    /** Something must be made ready before it may be handed out. */
    PREPARE,
    /** Its turn came and it waits for a person. */
    HOLD,
    /** Its turn came and its timer starts. */
    SCHEDULE,
    /** Its timer fired. */
    FIRE,
    /** A person takes the timer away: it becomes a manual job. */
    UNSCHEDULE,
    /** A person starts a manual or scheduled job. */
    PLAY,
    /** Its condition cannot come true any more. */
    SKIP,
    /** A job it depends on starts again: its own decision is made anew. */
    RESET,
    /** A runner took it and acknowledged. */
    START,
    /** A runner was offered it and did not acknowledge in time. */
    RETURN,
    /** Its script ended well. */
    PASS,
    /** Its script failed, it ran out of time, or its runner was lost. */
    FAIL,
    /** A person or a newer pipeline wants it to end. */
    CANCEL,
    /** The downstream pipeline of a trigger job, which was over or waited for somebody, goes on. */
    RESUME,
    /** The runner confirms that a job asked to end has ended. */
    CANCEL_CONFIRMED
}
