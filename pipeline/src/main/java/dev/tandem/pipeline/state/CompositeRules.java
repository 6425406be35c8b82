package dev.tandem.pipeline.state;

import static dev.tandem.pipeline.state.JobStatus.*;

import java.util.List;

/** The first matching row decides what a set of jobs amounts to. A set is a bit per status, one for "warn", one for "ignored". */
final class CompositeRules {
    /** Failed or canceled, and allowed to. */
    private static final int WARN = 1 << JobStatus.values().length;
    /** Manual, not started and not required. */
    private static final int IGNORED = WARN << 1;

    private static final int FORGIVEN = WARN | IGNORED;
    private static final int FINISHED = bits(SUCCESS, FAILED, CANCELED, SKIPPED) | WARN;

    private static final List<Row> ROWS = List.of(
            only(bits(SKIPPED) | IGNORED, SKIPPED),
            only(bits(SUCCESS, SKIPPED) | FORGIVEN, SUCCESS),
            only(bits(CREATED) | FORGIVEN, CREATED),
            only(bits(PREPARING) | FORGIVEN, PREPARING),
            only(bits(CANCELED, SUCCESS, SKIPPED) | FORGIVEN, CANCELED),
            only(bits(PENDING, CREATED, SKIPPED) | FORGIVEN, PENDING),
            any(bits(RUNNING, PENDING, CANCELING), RUNNING),
            any(bits(WAITING_FOR_RESOURCE), WAITING_FOR_RESOURCE),
            any(bits(MANUAL), MANUAL),
            any(bits(SCHEDULED), SCHEDULED),
            any(bits(PREPARING), PREPARING),
            any(bits(CREATED), RUNNING));

    private CompositeRules() {}

    /** The bit of one job. */
    static int bit(JobState job) {
        return bit(job.status(), job.allowFailure());
    }

    static int bit(JobStatus status, boolean allowFailure) {
        if (allowFailure && (status == FAILED || status == CANCELED)) {
            return WARN;
        }
        return allowFailure && status == MANUAL ? IGNORED : bits(status);
    }

    /** The status of a stage or pipeline; of nothing at all: success. */
    static CompositeStatus status(int set) {
        if (set == 0) {
            return new CompositeStatus(SUCCESS, false);
        }
        for (Row row : ROWS) {
            if (row.matches(set)) {
                return new CompositeStatus(row.result(), row.result() == SUCCESS && (set & WARN) != 0);
            }
        }
        return new CompositeStatus(FAILED, false);
    }

    /** The status of the needs of one job: what was skipped or not started makes the whole skipped. */
    static JobStatus needsStatus(int set) {
        if ((set & (bits(SKIPPED) | IGNORED)) != 0) {
            return SKIPPED;
        }
        return (set & ~FINISHED) != 0 ? PENDING : status(set).status();
    }

    private static int bits(JobStatus... statuses) {
        int set = 0;
        for (JobStatus status : statuses) {
            set |= 1 << status.ordinal();
        }
        return set;
    }

    private static Row only(int set, JobStatus result) {
        return new Row(true, set, result);
    }

    private static Row any(int set, JobStatus result) {
        return new Row(false, set, result);
    }

    private record Row(boolean only, int set, JobStatus result) {
        boolean matches(int given) {
            return only ? (given & ~set) == 0 : (given & set) != 0;
        }
    }
}
