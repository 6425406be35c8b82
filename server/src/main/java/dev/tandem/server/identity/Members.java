package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.MEMBERS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Role;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;

/** Who has which role in which project. Safe for use by many threads. */
public final class Members {
    private final Database database;
    private final Clock clock;

    Members(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** The user's role in the project; empty for somebody who is no member. */
    public Optional<Role> role(long projectId, UserId user) {
        return database.read(sql -> role(sql, projectId, user));
    }

    /** The same inside a transaction of the caller. */
    public Optional<Role> role(DSLContext sql, long projectId, UserId user) {
        return sql.select(MEMBERS.ACCESS_LEVEL)
                .from(MEMBERS)
                .where(is(projectId, user))
                .fetchOptional(MEMBERS.ACCESS_LEVEL)
                .flatMap(Role::of);
    }

    public Optional<Member> find(long projectId, UserId user) {
        return list(is(projectId, user), 0, 1).stream().findFirst();
    }

    /** By descending role, then username. */
    public List<Member> list(long projectId, int offset, int limit) {
        return list(MEMBERS.PROJECT_ID.eq(projectId), offset, limit);
    }

    public int count(long projectId) {
        return database.read(sql -> sql.fetchCount(MEMBERS, MEMBERS.PROJECT_ID.eq(projectId)));
    }

    /** The projects in which this user has at least {@code role}; for lists of projects. */
    public Set<Long> projectsOf(UserId user, Role role) {
        return database.read(sql -> sql.select(MEMBERS.PROJECT_ID)
                .from(MEMBERS)
                .where(MEMBERS.USER_ID.eq(user.value()), MEMBERS.ACCESS_LEVEL.ge(role.accessLevel()))
                .fetchSet(MEMBERS.PROJECT_ID));
    }

    /** Adds a member on nobody's behalf: the owner of a project that is being created. */
    public MemberChange add(Tx tx, long projectId, UserId user, Role role) {
        return add(tx, projectId, user, role, Optional.empty());
    }

    public MemberChange add(Tx tx, long projectId, UserId user, Role role, Optional<UserId> by) {
        int added = tx.sql()
                .insertInto(MEMBERS)
                .set(MEMBERS.PROJECT_ID, projectId)
                .set(MEMBERS.USER_ID, user.value())
                .set(MEMBERS.ACCESS_LEVEL, role.accessLevel())
                .set(MEMBERS.CREATED_BY_ID, by.map(UserId::value).orElse(null))
                .set(MEMBERS.CREATED_AT, clock.millis())
                .onConflictDoNothing()
                .execute();
        return added == 1 ? new MemberChange.Done() : new MemberChange.AlreadyMember();
    }

    public MemberChange change(Tx tx, long projectId, UserId user, Role role) {
        return guarded(
                tx,
                projectId,
                user,
                role == Role.OWNER,
                () -> tx.sql()
                        .update(MEMBERS)
                        .set(MEMBERS.ACCESS_LEVEL, role.accessLevel())
                        .where(is(projectId, user))
                        .execute());
    }

    public MemberChange remove(Tx tx, long projectId, UserId user) {
        return guarded(
                tx,
                projectId,
                user,
                false,
                () -> tx.sql().deleteFrom(MEMBERS).where(is(projectId, user)).execute());
    }

    /** To be called in the transaction that deletes a project. */
    public void removeAll(Tx tx, long projectId) {
        tx.sql().deleteFrom(MEMBERS).where(MEMBERS.PROJECT_ID.eq(projectId)).execute();
    }

    private MemberChange guarded(Tx tx, long projectId, UserId user, boolean staysOwner, Runnable act) {
        Set<Long> owners = owners(tx.sql(), projectId);
        if (!staysOwner && owners.size() == 1 && owners.contains(user.value())) {
            return new MemberChange.LastOwner();
        }
        if (role(tx.sql(), projectId, user).isEmpty()) {
            return new MemberChange.NotAMember();
        }
        act.run();
        return new MemberChange.Done();
    }

    /** Locks their rows where the database has several writers, so that two owners cannot remove each other at one moment. */
    private static Set<Long> owners(DSLContext sql, long projectId) {
        var owners = sql.select(MEMBERS.USER_ID)
                .from(MEMBERS)
                .where(MEMBERS.PROJECT_ID.eq(projectId), MEMBERS.ACCESS_LEVEL.eq(Role.OWNER.accessLevel()));
        return sql.family() == SQLDialect.POSTGRES
                ? owners.forUpdate().fetchSet(MEMBERS.USER_ID)
                : owners.fetchSet(MEMBERS.USER_ID);
    }

    private List<Member> list(Condition which, int offset, int limit) {
        var adders = USERS.as("adders");
        return database.read(sql -> sql.select(USERS.fields())
                .select(adders.fields())
                .select(MEMBERS.ACCESS_LEVEL, MEMBERS.CREATED_AT)
                .from(MEMBERS)
                .join(USERS)
                .on(USERS.ID.eq(MEMBERS.USER_ID))
                .leftJoin(adders)
                .on(adders.ID.eq(MEMBERS.CREATED_BY_ID))
                .where(which)
                .orderBy(MEMBERS.ACCESS_LEVEL.desc(), USERS.USERNAME_KEY)
                .offset(offset)
                .limit(limit)
                .fetch(row -> new Member(
                        UserStore.user(row.into(USERS)),
                        Role.of(row.get(MEMBERS.ACCESS_LEVEL)).orElseThrow(),
                        Instant.ofEpochMilli(row.get(MEMBERS.CREATED_AT)),
                        Optional.ofNullable(row.get(adders.ID)).map(id -> UserStore.user(row.into(adders))))));
    }

    private static Condition is(long projectId, UserId user) {
        return MEMBERS.PROJECT_ID.eq(projectId).and(MEMBERS.USER_ID.eq(user.value()));
    }
}
