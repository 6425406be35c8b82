package dev.tandem.server.build.causes;

import dev.tandem.server.build.store.ScheduleRecord;

/** What came of the wish to store a schedule. */
public sealed interface ScheduleOutcome {
    record Stored(ScheduleRecord schedule) implements ScheduleOutcome {}

    /** Its owner may not start pipelines at that ref. */
    record Forbidden() implements ScheduleOutcome {}

    /**
     * It stays as it was.
     *
     * @param problem what is wrong with the field, in the words of GitLab's API
     * @param code the last part of a message key
     */
    record Refused(String field, String problem, String code) implements ScheduleOutcome {}
}
