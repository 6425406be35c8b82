package dev.tandem.server.code;

import static dev.tandem.server.platform.tables.Tables.PROJECTS;

import dev.tandem.server.identity.DeletionMark;
import dev.tandem.server.platform.tables.tables.records.ProjectsRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Rows of projects. */
final class ProjectStore {
    private final DSLContext sql;

    ProjectStore(DSLContext sql) {
        this.sql = sql;
    }

    /** @return the new project's id; empty when its path is taken, also by one that differs in case only */
    Optional<Long> insert(NewProject project, long creatorId, Instant now) {
        String fullPath = project.namespace() + "/" + project.path();
        int inserted = sql.insertInto(PROJECTS)
                .set(PROJECTS.NAMESPACE, project.namespace())
                .set(PROJECTS.PATH, project.path())
                .set(PROJECTS.FULL_PATH, fullPath)
                .set(PROJECTS.PATH_KEY, key(fullPath))
                .set(PROJECTS.NAME, project.name())
                .set(PROJECTS.DESCRIPTION, project.description())
                .set(PROJECTS.IS_PUBLIC, project.isPublic())
                .set(PROJECTS.DEFAULT_BRANCH, project.defaultBranch())
                .set(PROJECTS.EMPTY, true)
                .set(PROJECTS.CREATOR_ID, creatorId)
                .set(PROJECTS.CREATED_AT, now.toEpochMilli())
                .set(PROJECTS.UPDATED_AT, now.toEpochMilli())
                .onConflict(PROJECTS.PATH_KEY)
                .doNothing()
                .execute();
        // Not "returning": on SQLite that gave the id of an older row when the conflict kept this one out.
        return inserted == 0 ? Optional.empty() : findByPath(fullPath).map(Project::id);
    }

    Optional<Project> find(long id) {
        return one(PROJECTS.ID.eq(id));
    }

    /** Finds by full path, whatever the case of its letters. */
    Optional<Project> findByPath(String fullPath) {
        return one(PROJECTS.PATH_KEY.eq(key(fullPath)));
    }

    List<Project> list(Condition condition, int limit, int offset) {
        return sql.selectFrom(PROJECTS)
                .where(condition)
                .orderBy(PROJECTS.UPDATED_AT.desc(), PROJECTS.ID.desc())
                .limit(limit)
                .offset(offset)
                .fetch(ProjectStore::project);
    }

    /** Those with a branch. */
    List<Project> listFilled() {
        return sql.selectFrom(PROJECTS).where(PROJECTS.EMPTY.eq(false)).fetch(ProjectStore::project);
    }

    List<Long> ids(Condition condition) {
        return sql.select(PROJECTS.ID).from(PROJECTS).where(condition).fetch(PROJECTS.ID);
    }

    int count(Condition condition) {
        return sql.fetchCount(PROJECTS, condition);
    }

    boolean edit(long id, ProjectEdit edit, Instant now) {
        return sql.update(PROJECTS)
                        .set(PROJECTS.NAME, edit.name())
                        .set(PROJECTS.DESCRIPTION, edit.description())
                        .set(PROJECTS.IS_PUBLIC, edit.isPublic())
                        .set(PROJECTS.DEFAULT_BRANCH, edit.defaultBranch())
                        .set(PROJECTS.UPDATED_AT, now.toEpochMilli())
                        .where(PROJECTS.ID.eq(id))
                        .execute()
                == 1;
    }

    void move(long id, String namespace, String path, Instant now) {
        String fullPath = namespace + "/" + path;
        sql.update(PROJECTS)
                .set(PROJECTS.NAMESPACE, namespace)
                .set(PROJECTS.PATH, path)
                .set(PROJECTS.FULL_PATH, fullPath)
                .set(PROJECTS.PATH_KEY, key(fullPath))
                .set(PROJECTS.UPDATED_AT, now.toEpochMilli())
                .where(PROJECTS.ID.eq(id))
                .execute();
    }

    /** Records the first branch of an empty project. @return whether it was empty until now */
    boolean fill(long id, String defaultBranch) {
        return sql.update(PROJECTS)
                        .set(PROJECTS.DEFAULT_BRANCH, defaultBranch)
                        .set(PROJECTS.EMPTY, false)
                        .where(PROJECTS.ID.eq(id), PROJECTS.EMPTY.eq(true))
                        .execute()
                == 1;
    }

    void touch(long id, Instant now) {
        sql.update(PROJECTS)
                .set(PROJECTS.UPDATED_AT, now.toEpochMilli())
                .where(PROJECTS.ID.eq(id))
                .execute();
    }

    /** @return false when it is marked already */
    boolean mark(long id, DeletionMark mark) {
        return sql.update(PROJECTS)
                        .set(PROJECTS.MARKED_AT, mark.at().toEpochMilli())
                        .set(PROJECTS.MARKED_BY, mark.by())
                        .set(PROJECTS.MARKED_WITH, mark.withGroup().orElse(null))
                        .where(PROJECTS.ID.eq(id), PROJECTS.MARKED_AT.isNull())
                        .execute()
                == 1;
    }

    /** Takes marks away. @return how many */
    int unmark(Condition which) {
        return sql.update(PROJECTS)
                .setNull(PROJECTS.MARKED_AT)
                .setNull(PROJECTS.MARKED_BY)
                .setNull(PROJECTS.MARKED_WITH)
                .where(which)
                .execute();
    }

    boolean delete(long id) {
        return sql.deleteFrom(PROJECTS).where(PROJECTS.ID.eq(id)).execute() == 1;
    }

    private Optional<Project> one(Condition condition) {
        return sql.selectFrom(PROJECTS).where(condition).fetchOptional(ProjectStore::project);
    }

    private static String key(String fullPath) {
        return fullPath.toLowerCase(Locale.ROOT);
    }

    private static Project project(ProjectsRecord row) {
        return new Project(
                row.getId(),
                row.getNamespace(),
                row.getPath(),
                row.getFullPath(),
                row.getName(),
                row.getDescription(),
                row.getIsPublic(),
                row.getDefaultBranch(),
                row.getEmpty(),
                row.getCreatorId(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Instant.ofEpochMilli(row.getUpdatedAt()),
                Optional.ofNullable(row.getMarkedAt())
                        .map(at -> new DeletionMark(
                                Instant.ofEpochMilli(at),
                                row.getMarkedBy(),
                                Optional.ofNullable(row.getMarkedWith()))));
    }
}
