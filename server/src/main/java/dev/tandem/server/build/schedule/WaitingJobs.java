package dev.tandem.server.build.schedule;

/** Where jobs that became pending are told; the database stays the truth. */
public interface WaitingJobs {
    /** Called after the commit; the same job may be told twice. */
    void offer(QueuedJob job);

    /** One that the project's limit holds back: told again when the project has room. */
    void hold(QueuedJob job);

    /** A job of the project ended, so that another may begin. Called after the commit. */
    void freed(long projectId);

    /** The project's limit is another one: all that it held back are told again. */
    void unbound(long projectId);
}
