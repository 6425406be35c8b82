package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.MOVED_PATHS;
import static dev.tandem.server.platform.tables.Tables.NAMESPACES;
import static dev.tandem.server.platform.tables.Tables.NAMESPACE_LINES;
import static dev.tandem.server.platform.tables.Tables.PATHS;

import dev.tandem.server.platform.tables.tables.records.NamespacesRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of namespaces, their lines of ancestors, and the paths in use. */
final class NamespaceStore {
    private final DSLContext sql;

    NamespaceStore(DSLContext sql) {
        this.sql = sql;
    }

    static String key(String fullPath) {
        return fullPath.toLowerCase(Locale.ROOT);
    }

    Optional<Namespace> find(long id) {
        return one(NAMESPACES.ID.eq(id));
    }

    /** Finds by full path, whatever the case of its letters. */
    Optional<Namespace> findByPath(String fullPath) {
        return one(NAMESPACES.ID.eq(DSL.select(PATHS.NAMESPACE_ID)
                .from(PATHS)
                .where(PATHS.PATH_KEY.eq(key(fullPath)), PATHS.PROJECT_ID.isNull())));
    }

    Optional<Namespace> ofUser(UserId user) {
        return one(NAMESPACES.USER_ID.eq(user.value()));
    }

    Optional<Namespace> holding(long projectId) {
        return one(NAMESPACES.ID.eq(DSL.select(PATHS.NAMESPACE_ID).from(PATHS).where(PATHS.PROJECT_ID.eq(projectId))));
    }

    /** From the top to the namespace itself. */
    List<Namespace> line(long id) {
        return sql.select(NAMESPACES.fields())
                .from(NAMESPACE_LINES)
                .join(NAMESPACES)
                .on(NAMESPACES.ID.eq(NAMESPACE_LINES.ANCESTOR_ID))
                .where(NAMESPACE_LINES.NAMESPACE_ID.eq(id))
                .orderBy(NAMESPACE_LINES.DISTANCE.desc())
                .fetch(row -> namespace(row.into(NAMESPACES)));
    }

    /** Ids of the groups above a project, the farthest first. */
    List<Long> groupsAbove(long projectId) {
        return sql.select(NAMESPACES.ID)
                .from(PATHS)
                .join(NAMESPACE_LINES)
                .on(NAMESPACE_LINES.NAMESPACE_ID.eq(PATHS.NAMESPACE_ID))
                .join(NAMESPACES)
                .on(NAMESPACES.ID.eq(NAMESPACE_LINES.ANCESTOR_ID))
                .where(PATHS.PROJECT_ID.eq(projectId), NAMESPACES.KIND.eq(Namespace.Kind.GROUP.word()))
                .orderBy(NAMESPACE_LINES.DISTANCE.desc())
                .fetch(NAMESPACES.ID);
    }

    List<Namespace> list(Condition condition, Namespaces.Order order, int offset, int limit) {
        Field<?> by = switch (order.by()) {
            case FULL_PATH -> DSL.lower(NAMESPACES.FULL_PATH);
            case PATH -> DSL.lower(NAMESPACES.PATH);
            case NAME -> DSL.lower(NAMESPACES.NAME);
            case ID -> NAMESPACES.ID;
        };
        return sql.selectFrom(NAMESPACES)
                .where(condition)
                .orderBy(order.descending() ? by.desc() : by.asc(), NAMESPACES.ID)
                .offset(offset)
                .limit(limit)
                .fetch(NamespaceStore::namespace);
    }

    int count(Condition condition) {
        return sql.fetchCount(NAMESPACES, condition);
    }

    /** @return empty when the path is taken */
    Optional<Namespace> insertUser(User user, Instant now) {
        return insert(null, user.id(), user.username(), user.username(), user.username(), "", false, now);
    }

    /** @return empty when the path is taken */
    Optional<Namespace> insertGroup(NewGroup group, Instant now) {
        String fullPath = group.parent()
                .map(parent -> parent.fullPath() + "/" + group.path())
                .orElse(group.path());
        return insert(
                group.parent().map(Namespace::id).orElse(null),
                null,
                group.path(),
                fullPath,
                group.name(),
                group.description(),
                group.isPublic(),
                now);
    }

    private Optional<Namespace> insert(
            @Nullable Long parent,
            @Nullable UserId user,
            String path,
            String fullPath,
            String name,
            String description,
            boolean isPublic,
            Instant now) {
        if (isTaken(fullPath)) {
            return Optional.empty();
        }
        long id = Objects.requireNonNull(sql.insertInto(NAMESPACES)
                .set(NAMESPACES.KIND, (user == null ? Namespace.Kind.GROUP : Namespace.Kind.USER).word())
                .set(NAMESPACES.PARENT_ID, parent)
                .set(NAMESPACES.USER_ID, user == null ? null : user.value())
                .set(NAMESPACES.PATH, path)
                .set(NAMESPACES.FULL_PATH, fullPath)
                .set(NAMESPACES.NAME, name)
                .set(NAMESPACES.DESCRIPTION, description)
                .set(NAMESPACES.IS_PUBLIC, isPublic)
                .set(NAMESPACES.CREATED_AT, now.toEpochMilli())
                .set(NAMESPACES.UPDATED_AT, now.toEpochMilli())
                .returning(NAMESPACES.ID)
                .fetchSingle()
                .getId());
        drawLine(id, parent);
        // Two at one moment on PostgreSQL: the key keeps the second out, and its transaction fails.
        insertPath(fullPath, id, null);
        return find(id);
    }

    private void drawLine(long id, @Nullable Long parent) {
        sql.insertInto(NAMESPACE_LINES)
                .set(NAMESPACE_LINES.NAMESPACE_ID, id)
                .set(NAMESPACE_LINES.ANCESTOR_ID, id)
                .set(NAMESPACE_LINES.DISTANCE, 0)
                .execute();
        if (parent != null) {
            sql.insertInto(
                            NAMESPACE_LINES,
                            NAMESPACE_LINES.NAMESPACE_ID,
                            NAMESPACE_LINES.ANCESTOR_ID,
                            NAMESPACE_LINES.DISTANCE)
                    .select(DSL.select(DSL.val(id), NAMESPACE_LINES.ANCESTOR_ID, NAMESPACE_LINES.DISTANCE.plus(1))
                            .from(NAMESPACE_LINES)
                            .where(NAMESPACE_LINES.NAMESPACE_ID.eq(parent)))
                    .execute();
        }
    }

    boolean isTaken(String fullPath) {
        return sql.fetchExists(DSL.selectOne().from(PATHS).where(PATHS.PATH_KEY.eq(key(fullPath))));
    }

    /** Takes an address that is free; whoever lived there before is found there no more. */
    void insertPath(String fullPath, long namespace, @Nullable Long project) {
        sql.deleteFrom(MOVED_PATHS)
                .where(MOVED_PATHS.PATH_KEY.eq(key(fullPath)))
                .execute();
        sql.insertInto(PATHS)
                .set(PATHS.PATH_KEY, key(fullPath))
                .set(PATHS.NAMESPACE_ID, namespace)
                .set(PATHS.PROJECT_ID, project)
                .execute();
    }

    /** The project that lived there before. */
    Optional<Long> movedProject(String fullPath) {
        return sql.select(MOVED_PATHS.PROJECT_ID)
                .from(MOVED_PATHS)
                .where(MOVED_PATHS.PATH_KEY.eq(key(fullPath)), MOVED_PATHS.PROJECT_ID.isNotNull())
                .fetchOptional(MOVED_PATHS.PROJECT_ID);
    }

    /** The group that lived there before. */
    Optional<Namespace> movedGroup(String fullPath) {
        return one(NAMESPACES.ID.eq(
                DSL.select(MOVED_PATHS.NAMESPACE_ID).from(MOVED_PATHS).where(MOVED_PATHS.PATH_KEY.eq(key(fullPath)))));
    }

    /** Gives up an address for another one, which is free or differs in case only. */
    void movePath(String from, String to, long namespace, @Nullable Long project) {
        sql.deleteFrom(PATHS).where(PATHS.PATH_KEY.eq(key(from))).execute();
        insertPath(to, namespace, project);
        if (!key(from).equals(key(to))) {
            sql.insertInto(MOVED_PATHS)
                    .set(MOVED_PATHS.PATH_KEY, key(from))
                    .set(MOVED_PATHS.NAMESPACE_ID, project == null ? namespace : null)
                    .set(MOVED_PATHS.PROJECT_ID, project)
                    .execute();
        }
    }

    /** The group and all below it, each after the one that it lies in. */
    List<Namespace> tree(long id) {
        return sql.select(NAMESPACES.fields())
                .from(NAMESPACE_LINES)
                .join(NAMESPACES)
                .on(NAMESPACES.ID.eq(NAMESPACE_LINES.NAMESPACE_ID))
                .where(NAMESPACE_LINES.ANCESTOR_ID.eq(id))
                .orderBy(NAMESPACE_LINES.DISTANCE, NAMESPACES.ID)
                .fetch(row -> namespace(row.into(NAMESPACES)));
    }

    /** How many groups lie in one another below this one, itself counted. */
    int height(long id) {
        return 1
                + sql.select(DSL.max(NAMESPACE_LINES.DISTANCE))
                        .from(NAMESPACE_LINES)
                        .where(NAMESPACE_LINES.ANCESTOR_ID.eq(id))
                        .fetchSingle()
                        .value1();
    }

    void setPath(long id, String path, String fullPath, Instant now) {
        sql.update(NAMESPACES)
                .set(NAMESPACES.PATH, path)
                .set(NAMESPACES.FULL_PATH, fullPath)
                .set(NAMESPACES.UPDATED_AT, now.toEpochMilli())
                .where(NAMESPACES.ID.eq(id))
                .execute();
    }

    /** Hangs a group with all below it under another one, or at the top for null. */
    void hang(long id, @Nullable Long parent) {
        sql.update(NAMESPACES)
                .set(NAMESPACES.PARENT_ID, parent)
                .where(NAMESPACES.ID.eq(id))
                .execute();
        List<Long> inside = sql.fetch(withBelow(id)).map(Record1::value1);
        sql.deleteFrom(NAMESPACE_LINES)
                .where(NAMESPACE_LINES.NAMESPACE_ID.in(inside), NAMESPACE_LINES.ANCESTOR_ID.notIn(inside))
                .execute();
        if (parent != null) {
            var below = NAMESPACE_LINES.as("below");
            var above = NAMESPACE_LINES.as("above");
            sql.insertInto(
                            NAMESPACE_LINES,
                            NAMESPACE_LINES.NAMESPACE_ID,
                            NAMESPACE_LINES.ANCESTOR_ID,
                            NAMESPACE_LINES.DISTANCE)
                    .select(DSL.select(
                                    below.NAMESPACE_ID,
                                    above.ANCESTOR_ID,
                                    below.DISTANCE.plus(above.DISTANCE).plus(1))
                            .from(below)
                            .crossJoin(above)
                            .where(below.ANCESTOR_ID.eq(id), above.NAMESPACE_ID.eq(parent)))
                    .execute();
        }
    }

    /** The projects right in a namespace. */
    List<Long> projectsIn(long id) {
        return sql.select(PATHS.PROJECT_ID)
                .from(PATHS)
                .where(PATHS.NAMESPACE_ID.eq(id), PATHS.PROJECT_ID.isNotNull())
                .fetch(PATHS.PROJECT_ID);
    }

    /** Marks the group and all groups below it that are not marked yet. @return false when the group itself is */
    boolean mark(long id, Instant at, String by) {
        boolean marked = mark(NAMESPACES.ID.eq(id), at, by, null) == 1;
        if (marked) {
            mark(NAMESPACES.ID.in(withBelow(id)), at, by, id);
        }
        return marked;
    }

    private int mark(Condition which, Instant at, String by, @Nullable Long with) {
        return sql.update(NAMESPACES)
                .set(NAMESPACES.MARKED_AT, at.toEpochMilli())
                .set(NAMESPACES.MARKED_BY, by)
                .set(NAMESPACES.MARKED_WITH, with)
                .where(which, NAMESPACES.MARKED_AT.isNull())
                .execute();
    }

    /** Takes the mark from the group and from those that have it with it. */
    void unmark(long id) {
        sql.update(NAMESPACES)
                .setNull(NAMESPACES.MARKED_AT)
                .setNull(NAMESPACES.MARKED_BY)
                .setNull(NAMESPACES.MARKED_WITH)
                .where(NAMESPACES.ID.eq(id).or(NAMESPACES.MARKED_WITH.eq(id)))
                .execute();
    }

    boolean edit(long id, GroupEdit edit, Instant now) {
        return sql.update(NAMESPACES)
                        .set(NAMESPACES.NAME, edit.name())
                        .set(NAMESPACES.DESCRIPTION, edit.description())
                        .set(NAMESPACES.IS_PUBLIC, edit.isPublic())
                        .set(NAMESPACES.UPDATED_AT, now.toEpochMilli())
                        .where(NAMESPACES.ID.eq(id))
                        .execute()
                == 1;
    }

    /** Ids of the group and all groups below it; a subquery. */
    static Select<Record1<Long>> withBelow(long id) {
        return DSL.select(NAMESPACE_LINES.NAMESPACE_ID).from(NAMESPACE_LINES).where(NAMESPACE_LINES.ANCESTOR_ID.eq(id));
    }

    boolean anyPublicBelow(long id) {
        return sql.fetchExists(DSL.selectOne()
                .from(NAMESPACES)
                .where(NAMESPACES.ID.in(withBelow(id)), NAMESPACES.ID.ne(id), NAMESPACES.IS_PUBLIC.isTrue()));
    }

    List<Long> projectsBelow(long id) {
        return sql.select(PATHS.PROJECT_ID)
                .from(PATHS)
                .where(PATHS.NAMESPACE_ID.in(withBelow(id)), PATHS.PROJECT_ID.isNotNull())
                .fetch(PATHS.PROJECT_ID);
    }

    /** Deletes the group and all groups below it, whose projects are gone already. */
    void delete(long id) {
        List<Long> deepestFirst = sql.select(NAMESPACE_LINES.NAMESPACE_ID)
                .from(NAMESPACE_LINES)
                .where(NAMESPACE_LINES.ANCESTOR_ID.eq(id))
                .orderBy(NAMESPACE_LINES.DISTANCE.desc())
                .fetch(NAMESPACE_LINES.NAMESPACE_ID);
        for (long each : deepestFirst) {
            sql.deleteFrom(PATHS).where(PATHS.NAMESPACE_ID.eq(each)).execute();
            sql.deleteFrom(NAMESPACES).where(NAMESPACES.ID.eq(each)).execute();
        }
    }

    private Optional<Namespace> one(Condition condition) {
        return sql.selectFrom(NAMESPACES).where(condition).fetchOptional(NamespaceStore::namespace);
    }

    private static Namespace namespace(NamespacesRecord row) {
        return new Namespace(
                row.getId(),
                row.getKind().equals(Namespace.Kind.USER.word()) ? Namespace.Kind.USER : Namespace.Kind.GROUP,
                Optional.ofNullable(row.getParentId()),
                Optional.ofNullable(row.getUserId()).map(UserId::new),
                row.getPath(),
                row.getFullPath(),
                row.getName(),
                row.getDescription(),
                row.getIsPublic(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Instant.ofEpochMilli(row.getUpdatedAt()),
                Optional.ofNullable(row.getMarkedAt())
                        .map(at -> new DeletionMark(
                                Instant.ofEpochMilli(at),
                                row.getMarkedBy(),
                                Optional.ofNullable(row.getMarkedWith()))));
    }
}
