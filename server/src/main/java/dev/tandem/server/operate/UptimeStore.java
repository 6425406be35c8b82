package dev.tandem.server.operate;

import static dev.tandem.server.platform.tables.Tables.UPTIME_CHECKS;

import dev.tandem.server.platform.tables.tables.records.UptimeChecksRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Rows of uptime checks. */
final class UptimeStore {
    private final DSLContext sql;

    UptimeStore(DSLContext sql) {
        this.sql = sql;
    }

    /** @throws org.jooq.exception.DataAccessException when the environment has one of this name */
    UptimeCheck insert(long projectId, long environmentId, UptimeCheck.Wish wish, Instant now) {
        long id = Objects.requireNonNull(sql.insertInto(UPTIME_CHECKS)
                .set(UPTIME_CHECKS.PROJECT_ID, projectId)
                .set(UPTIME_CHECKS.ENVIRONMENT_ID, environmentId)
                .set(UPTIME_CHECKS.NAME, wish.name())
                .set(UPTIME_CHECKS.URL, wish.url())
                .set(UPTIME_CHECKS.PATH, wish.path())
                .set(UPTIME_CHECKS.INTERVAL_SECONDS, wish.interval().toSeconds())
                .set(UPTIME_CHECKS.TIMEOUT_SECONDS, wish.timeout().toSeconds())
                .set(UPTIME_CHECKS.EXPECTED, wish.expected())
                .set(UPTIME_CHECKS.BODY_CONTAINS, wish.contains())
                .set(UPTIME_CHECKS.TRIES, (long) wish.tries())
                .set(UPTIME_CHECKS.STATE, UptimeCheck.State.UNKNOWN.wire())
                .set(UPTIME_CHECKS.FAILURES, 0L)
                .set(UPTIME_CHECKS.NEXT_AT, now.toEpochMilli())
                .set(UPTIME_CHECKS.CREATED_AT, now.toEpochMilli())
                .returningResult(UPTIME_CHECKS.ID)
                .fetchOne(UPTIME_CHECKS.ID));
        return find(id).orElseThrow();
    }

    Optional<UptimeCheck> find(long id) {
        return sql.selectFrom(UPTIME_CHECKS).where(UPTIME_CHECKS.ID.eq(id)).fetchOptional(UptimeStore::check);
    }

    boolean exists(long environmentId, String name) {
        return sql.fetchExists(
                UPTIME_CHECKS, UPTIME_CHECKS.ENVIRONMENT_ID.eq(environmentId), UPTIME_CHECKS.NAME.eq(name));
    }

    int count(long projectId) {
        return sql.fetchCount(UPTIME_CHECKS, UPTIME_CHECKS.PROJECT_ID.eq(projectId));
    }

    /** In the order in which they were made. */
    List<UptimeCheck> list(long projectId) {
        return sql.selectFrom(UPTIME_CHECKS)
                .where(UPTIME_CHECKS.PROJECT_ID.eq(projectId))
                .orderBy(UPTIME_CHECKS.ID)
                .fetch(UptimeStore::check);
    }

    /** @return whether it was there */
    boolean delete(long projectId, long id) {
        return sql.deleteFrom(UPTIME_CHECKS)
                        .where(UPTIME_CHECKS.PROJECT_ID.eq(projectId), UPTIME_CHECKS.ID.eq(id))
                        .execute()
                == 1;
    }

    boolean anyDue(Instant now) {
        return sql.fetchExists(UPTIME_CHECKS, UPTIME_CHECKS.NEXT_AT.le(now.toEpochMilli()));
    }

    /** Those that are due, each taken by this caller only. */
    List<UptimeCheck> take(Instant now, int most) {
        List<UptimeCheck> taken = new ArrayList<>();
        for (UptimeChecksRecord row : sql.selectFrom(UPTIME_CHECKS)
                .where(UPTIME_CHECKS.NEXT_AT.le(now.toEpochMilli()))
                .orderBy(UPTIME_CHECKS.NEXT_AT, UPTIME_CHECKS.ID)
                .limit(most)
                .fetch()) {
            boolean mine = sql.update(UPTIME_CHECKS)
                            .set(UPTIME_CHECKS.NEXT_AT, now.toEpochMilli() + row.getIntervalSeconds() * 1000)
                            .where(UPTIME_CHECKS.ID.eq(row.getId()), UPTIME_CHECKS.NEXT_AT.eq(row.getNextAt()))
                            .execute()
                    == 1;
            if (mine) {
                taken.add(check(row));
            }
        }
        return taken;
    }

    void record(long id, UptimeResult result, UptimeCheck.State state, int failures, Instant since, Instant at) {
        sql.update(UPTIME_CHECKS)
                .set(UPTIME_CHECKS.STATE, state.wire())
                .set(UPTIME_CHECKS.FAILURES, (long) failures)
                .set(UPTIME_CHECKS.SINCE_AT, since.toEpochMilli())
                .set(UPTIME_CHECKS.CHECKED_AT, at.toEpochMilli())
                .set(
                        UPTIME_CHECKS.LAST_STATUS,
                        result.status() == null ? null : result.status().longValue())
                .set(UPTIME_CHECKS.LAST_MILLIS, result.millis())
                .set(UPTIME_CHECKS.PROBLEM, result.problem())
                .set(UPTIME_CHECKS.PROBLEM_DETAIL, result.detail())
                .where(UPTIME_CHECKS.ID.eq(id))
                .execute();
    }

    private static UptimeCheck check(UptimeChecksRecord row) {
        Instant checked = instant(row.getCheckedAt());
        return new UptimeCheck(
                row.getId(),
                row.getProjectId(),
                row.getEnvironmentId(),
                new UptimeCheck.Wish(
                        row.getName(),
                        row.getUrl(),
                        row.getPath(),
                        Duration.ofSeconds(row.getIntervalSeconds()),
                        Duration.ofSeconds(row.getTimeoutSeconds()),
                        row.getExpected(),
                        row.getBodyContains(),
                        Math.toIntExact(row.getTries())),
                UptimeCheck.State.ofWire(row.getState()),
                Math.toIntExact(row.getFailures()),
                instant(row.getSinceAt()),
                checked == null
                        ? null
                        : new UptimeCheck.Last(
                                checked,
                                row.getLastStatus() == null ? null : Math.toIntExact(row.getLastStatus()),
                                row.getLastMillis() == null ? 0 : row.getLastMillis(),
                                row.getProblem(),
                                row.getProblemDetail()));
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
