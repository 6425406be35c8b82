package dev.tandem.server.operate;

import static dev.tandem.server.platform.tables.Tables.SIGNALS;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of signals. */
final class SignalStore {
    private final DSLContext sql;

    SignalStore(DSLContext sql) {
        this.sql = sql;
    }

    record Row(String revision, Instant start, byte[] points) {}

    void put(long environmentId, Resolution resolution, Row row) {
        sql.insertInto(SIGNALS)
                .set(SIGNALS.ENVIRONMENT_ID, environmentId)
                .set(SIGNALS.STEP_SECONDS, (long) resolution.stepSeconds())
                .set(SIGNALS.START_AT, row.start().toEpochMilli())
                .set(SIGNALS.REVISION, row.revision())
                .set(SIGNALS.POINTS, row.points())
                .onConflict(SIGNALS.ENVIRONMENT_ID, SIGNALS.STEP_SECONDS, SIGNALS.START_AT, SIGNALS.REVISION)
                .doUpdate()
                .set(SIGNALS.POINTS, row.points())
                .execute();
    }

    Optional<byte[]> find(long environmentId, Resolution resolution, String revision, Instant start) {
        return sql.select(SIGNALS.POINTS)
                .from(SIGNALS)
                .where(
                        SIGNALS.ENVIRONMENT_ID.eq(environmentId),
                        SIGNALS.STEP_SECONDS.eq((long) resolution.stepSeconds()),
                        SIGNALS.START_AT.eq(start.toEpochMilli()),
                        SIGNALS.REVISION.eq(revision))
                .fetchOptional(SIGNALS.POINTS);
    }

    /** Those that begin from {@code from} on and before {@code to}, oldest first. */
    List<Row> list(long environmentId, Resolution resolution, Instant from, Instant to) {
        return sql.select(SIGNALS.REVISION, SIGNALS.START_AT, SIGNALS.POINTS)
                .from(SIGNALS)
                .where(
                        SIGNALS.ENVIRONMENT_ID.eq(environmentId),
                        SIGNALS.STEP_SECONDS.eq((long) resolution.stepSeconds()),
                        SIGNALS.START_AT.ge(from.toEpochMilli()),
                        SIGNALS.START_AT.lt(to.toEpochMilli()))
                .orderBy(SIGNALS.START_AT, SIGNALS.REVISION)
                .fetch(row -> new Row(row.value1(), Instant.ofEpochMilli(row.value2()), row.value3()));
    }

    /** @return how many */
    int remove(Resolution resolution, Instant before) {
        return sql.deleteFrom(SIGNALS)
                .where(
                        SIGNALS.STEP_SECONDS.eq((long) resolution.stepSeconds()),
                        SIGNALS.START_AT.lt(before.toEpochMilli()))
                .execute();
    }
}
