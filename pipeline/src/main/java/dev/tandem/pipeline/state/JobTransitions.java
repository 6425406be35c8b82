package dev.tandem.pipeline.state;

import static dev.tandem.pipeline.state.JobEvent.*;
import static dev.tandem.pipeline.state.JobStatus.*;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Which event leads from which status to which. What is not listed cannot happen. */
public final class JobTransitions {
    /** The whole state machine of a job. */
    public static final Map<JobStatus, Map<JobEvent, JobStatus>> NEXT = table();

    private JobTransitions() {}

    /** The status after {@code event}, or empty when the event means nothing in {@code status}. */
    public static Optional<JobStatus> next(JobStatus status, JobEvent event) {
        return Optional.ofNullable(NEXT.getOrDefault(status, Map.of()).get(event));
    }

    private static Map<JobStatus, Map<JobEvent, JobStatus>> table() {
        Map<JobStatus, Map<JobEvent, JobStatus>> next = new EnumMap<>(JobStatus.class);
        next.put(
                CREATED,
                Map.of(
                        ENQUEUE, PENDING,
                        AWAIT_RESOURCE, WAITING_FOR_RESOURCE,
                        PREPARE, PREPARING,
                        HOLD, MANUAL,
                        SCHEDULE, SCHEDULED,
                        SKIP, SKIPPED,
                        FAIL, FAILED,
                        CANCEL, CANCELED));
        next.put(
                WAITING_FOR_RESOURCE,
                Map.of(RESOURCE_GRANTED, PENDING, PREPARE, PREPARING, FAIL, FAILED, CANCEL, CANCELED));
        next.put(PREPARING, Map.of(ENQUEUE, PENDING, FAIL, FAILED, CANCEL, CANCELED));
        next.put(PENDING, Map.of(START, RUNNING, FAIL, FAILED, CANCEL, CANCELED));
        // The last three: a trigger job that mirrors its downstream pipeline.
        next.put(
                RUNNING,
                Map.of(
                        PASS, SUCCESS,
                        FAIL, FAILED,
                        RETURN, PENDING,
                        CANCEL, CANCELING,
                        SKIP, SKIPPED,
                        HOLD, MANUAL,
                        SCHEDULE, SCHEDULED));
        // A job that was asked to end is canceled however its script happened to end.
        next.put(CANCELING, Map.of(CANCEL_CONFIRMED, CANCELED, PASS, CANCELED, FAIL, CANCELED));
        next.put(MANUAL, Map.of(PLAY, PENDING, AWAIT_RESOURCE, WAITING_FOR_RESOURCE, RESUME, RUNNING));
        next.put(
                SCHEDULED,
                Map.of(
                        FIRE, PENDING,
                        PLAY, PENDING,
                        AWAIT_RESOURCE, WAITING_FOR_RESOURCE,
                        UNSCHEDULE, MANUAL,
                        RESUME, RUNNING,
                        CANCEL, CANCELED));
        next.put(SKIPPED, Map.of(RESET, CREATED));
        // Trigger jobs only.
        for (JobStatus over : new JobStatus[] {SUCCESS, FAILED, CANCELED}) {
            next.put(over, Map.of(RESUME, RUNNING));
        }
        return Map.copyOf(next);
    }
}
