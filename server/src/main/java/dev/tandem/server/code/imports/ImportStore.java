package dev.tandem.server.code.imports;

import static dev.tandem.server.platform.tables.Tables.PROJECT_IMPORTS;

import dev.tandem.server.code.imports.ProjectImport.Status;
import dev.tandem.server.platform.tables.tables.records.ProjectImportsRecord;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of imports. */
final class ImportStore {
    private final DSLContext sql;

    ImportStore(DSLContext sql) {
        this.sql = sql;
    }

    void insert(long projectId, ImportUrl url, Instant now) {
        sql.insertInto(PROJECT_IMPORTS)
                .set(PROJECT_IMPORTS.PROJECT_ID, projectId)
                .set(PROJECT_IMPORTS.URL, url.address().toString())
                .set(PROJECT_IMPORTS.WITH_CREDENTIALS, url.hasCredentials())
                .set(PROJECT_IMPORTS.STATUS, Status.SCHEDULED.wire())
                .set(PROJECT_IMPORTS.ASKED_AT, now.toEpochMilli())
                .execute();
    }

    Optional<ProjectImport> find(long projectId) {
        return sql.selectFrom(PROJECT_IMPORTS)
                .where(PROJECT_IMPORTS.PROJECT_ID.eq(projectId))
                .fetchOptional(ImportStore::read);
    }

    /** Waiting or at work, oldest first. */
    List<ProjectImport> open(int limit) {
        return sql.selectFrom(PROJECT_IMPORTS)
                .where(PROJECT_IMPORTS.STATUS.in(Status.SCHEDULED.wire(), Status.STARTED.wire()))
                .orderBy(PROJECT_IMPORTS.ASKED_AT, PROJECT_IMPORTS.PROJECT_ID)
                .limit(limit)
                .fetch(ImportStore::read);
    }

    /** @return whether it was in {@code from} */
    boolean move(long projectId, Status from, Status to) {
        return sql.update(PROJECT_IMPORTS)
                        .set(PROJECT_IMPORTS.STATUS, to.wire())
                        .where(PROJECT_IMPORTS.PROJECT_ID.eq(projectId), PROJECT_IMPORTS.STATUS.eq(from.wire()))
                        .execute()
                == 1;
    }

    void end(long projectId, Status status, String error, Instant now) {
        sql.update(PROJECT_IMPORTS)
                .set(PROJECT_IMPORTS.STATUS, status.wire())
                .set(PROJECT_IMPORTS.ERROR, error.isEmpty() ? null : error)
                .set(PROJECT_IMPORTS.ENDED_AT, now.toEpochMilli())
                .where(
                        PROJECT_IMPORTS.PROJECT_ID.eq(projectId),
                        PROJECT_IMPORTS.STATUS.in(Status.SCHEDULED.wire(), Status.STARTED.wire()))
                .execute();
    }

    private static ProjectImport read(ProjectImportsRecord row) {
        return new ProjectImport(
                row.getProjectId(),
                row.getUrl(),
                row.getWithCredentials(),
                Status.of(row.getStatus()),
                Objects.requireNonNullElse(row.getError(), ""),
                Instant.ofEpochMilli(row.getAskedAt()),
                Optional.ofNullable(row.getEndedAt()).map(Instant::ofEpochMilli));
    }
}
