package dev.tandem.pipeline.plan;

/** When this pipeline ends early. */
public record AutoCancel(OnNewCommit onNewCommit, OnJobFailure onJobFailure) {
    public static final AutoCancel DEFAULT = new AutoCancel(OnNewCommit.CONSERVATIVE, OnJobFailure.NONE);

    /** What a newer pipeline of the same ref does to this one. */
    public enum OnNewCommit {
        /** All of it is canceled as long as no job has started that is not interruptible. */
        CONSERVATIVE,
        /** Its interruptible jobs are canceled. */
        INTERRUPTIBLE,
        NONE
    }

    /** What the first failing job does to the others. */
    public enum OnJobFailure {
        NONE,
        ALL
    }
}
