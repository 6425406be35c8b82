package dev.tandem.server.build.schedule;

/** Where jobs that became pending are told; the database stays the truth. */
public interface WaitingJobs {
    /** Called after the commit; the same job may be told twice. */
    void offer(QueuedJob job);
}
