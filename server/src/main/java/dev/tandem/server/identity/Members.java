package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.MEMBERS;
import static dev.tandem.server.platform.tables.Tables.NAMESPACES;
import static dev.tandem.server.platform.tables.Tables.NAMESPACE_LINES;
import static dev.tandem.server.platform.tables.Tables.PATHS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Role;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Who has which role in which project and group. A role of a group counts in all that lies below it; of several roles the
 * highest counts; one that expired counts no more, whether its row is still there or not. Safe for use by many threads.
 */
public final class Members {
    private final Database database;
    private final Clock clock;

    Members(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** The highest role that the user has there, given right there or inherited; empty for somebody who is no member. */
    public Optional<Role> role(MemberSource source, UserId user) {
        return database.read(sql -> role(sql, held(source), user));
    }

    /** The role that was given right there. */
    public Optional<Role> directRole(MemberSource source, UserId user) {
        return database.read(sql -> role(sql, direct(source), user));
    }

    private Optional<Role> role(DSLContext sql, Condition where, UserId user) {
        return sql.select(DSL.max(MEMBERS.ACCESS_LEVEL))
                .from(MEMBERS)
                .where(where, counts(user))
                .fetchOptional(row -> row.value1())
                .flatMap(Role::of);
    }

    /** Whether the user has a role in a project or group below this group, so that its name is no secret. */
    public boolean isMemberBelow(long groupId, UserId user) {
        Condition inGroups = MEMBERS.GROUP_ID.in(below(groupId));
        Condition inProjects = MEMBERS.PROJECT_ID.in(
                DSL.select(PATHS.PROJECT_ID).from(PATHS).where(PATHS.NAMESPACE_ID.in(below(groupId))));
        return database.read(
                sql -> sql.fetchExists(DSL.selectOne().from(MEMBERS).where(counts(user), inGroups.or(inProjects))));
    }

    /** Whether an account with this address has a role that was given right there. */
    boolean isMember(MemberSource source, String email) {
        return database.read(sql -> sql.fetchExists(DSL.selectOne()
                .from(MEMBERS)
                .join(USERS)
                .on(USERS.ID.eq(MEMBERS.USER_ID))
                .where(direct(source), lives(), DSL.lower(USERS.EMAIL).eq(email.toLowerCase(Locale.ROOT)))));
    }

    /** The member whose role was given right there. */
    public Optional<Member> find(MemberSource source, UserId user) {
        return list(source, direct(source).and(MEMBERS.USER_ID.eq(user.value())), 0, 1).stream()
                .findFirst();
    }

    /** The member with the highest role, given right there or inherited. */
    public Optional<Member> findAny(MemberSource source, UserId user) {
        return list(source, highest(source).and(MEMBERS.USER_ID.eq(user.value())), 0, 1).stream()
                .findFirst();
    }

    /**
     * Those whose role was given right there, by descending role, then username.
     *
     * @param search part of username or name, whatever the case; empty for all
     */
    public List<Member> list(MemberSource source, String search, int offset, int limit) {
        return list(source, direct(source).and(matches(search)), offset, limit);
    }

    /** The same with those of the groups above, each person once, with the highest role. */
    public List<Member> listAll(MemberSource source, String search, int offset, int limit) {
        return list(source, highest(source).and(matches(search)), offset, limit);
    }

    public int count(MemberSource source, String search) {
        return count(direct(source), search);
    }

    public int countAll(MemberSource source, String search) {
        return count(held(source), search);
    }

    private int count(Condition where, String search) {
        return database.read(sql -> sql.select(DSL.countDistinct(MEMBERS.USER_ID))
                .from(MEMBERS)
                .join(USERS)
                .on(USERS.ID.eq(MEMBERS.USER_ID))
                .where(where, lives(), matches(search))
                .fetchSingle()
                .value1());
    }

    /** Ids of the projects in which this user has at least {@code role}; a subquery for lists of projects. */
    public Select<Record1<Long>> projectsOf(UserId user, Role role) {
        Condition enough = counts(user).and(MEMBERS.ACCESS_LEVEL.ge(role.accessLevel()));
        return DSL.select(MEMBERS.PROJECT_ID)
                .from(MEMBERS)
                .where(enough, MEMBERS.PROJECT_ID.isNotNull())
                .union(DSL.select(PATHS.PROJECT_ID)
                        .from(MEMBERS)
                        .join(NAMESPACE_LINES)
                        .on(NAMESPACE_LINES.ANCESTOR_ID.eq(MEMBERS.GROUP_ID))
                        .join(PATHS)
                        .on(PATHS.NAMESPACE_ID.eq(NAMESPACE_LINES.NAMESPACE_ID))
                        .where(enough, PATHS.PROJECT_ID.isNotNull()));
    }

    /** Ids of the groups in which this user has at least {@code role}. */
    Select<Record1<Long>> groupsOf(UserId user, Role role) {
        return DSL.select(NAMESPACE_LINES.NAMESPACE_ID)
                .from(MEMBERS)
                .join(NAMESPACE_LINES)
                .on(NAMESPACE_LINES.ANCESTOR_ID.eq(MEMBERS.GROUP_ID))
                .where(counts(user), MEMBERS.ACCESS_LEVEL.ge(role.accessLevel()));
    }

    /** Ids of the groups above those and above the projects of which this user is a member. */
    Select<Record1<Long>> groupsAbove(UserId user) {
        return DSL.select(NAMESPACE_LINES.ANCESTOR_ID)
                .from(MEMBERS)
                .join(NAMESPACE_LINES)
                .on(NAMESPACE_LINES.NAMESPACE_ID.eq(MEMBERS.GROUP_ID))
                .where(counts(user))
                .union(DSL.select(NAMESPACE_LINES.ANCESTOR_ID)
                        .from(MEMBERS)
                        .join(PATHS)
                        .on(PATHS.PROJECT_ID.eq(MEMBERS.PROJECT_ID))
                        .join(NAMESPACE_LINES)
                        .on(NAMESPACE_LINES.NAMESPACE_ID.eq(PATHS.NAMESPACE_ID))
                        .where(counts(user)));
    }

    /** Adds a member on nobody's behalf and for ever: the owner of what is being created. */
    public MemberChange add(Tx tx, MemberSource source, UserId user, Role role) {
        return add(tx, source, user, role, Optional.empty(), Optional.empty());
    }

    public MemberChange add(
            Tx tx, MemberSource source, UserId user, Role role, Optional<LocalDate> expiresOn, Optional<UserId> by) {
        if (isOver(expiresOn)) {
            return new MemberChange.DayOver();
        }
        deleteExpired(tx, direct(source).and(MEMBERS.USER_ID.eq(user.value())));
        int added = tx.sql()
                .insertInto(MEMBERS)
                .set(MEMBERS.PROJECT_ID, source instanceof MemberSource.OfProject(long id) ? id : null)
                .set(MEMBERS.GROUP_ID, source instanceof MemberSource.OfGroup(long id) ? id : null)
                .set(MEMBERS.USER_ID, user.value())
                .set(MEMBERS.ACCESS_LEVEL, role.accessLevel())
                .set(MEMBERS.CREATED_BY_ID, by.map(UserId::value).orElse(null))
                .set(MEMBERS.CREATED_AT, clock.millis())
                .set(MEMBERS.EXPIRES_AT, expiresOn.map(Members::start).orElse(null))
                .onConflictDoNothing()
                .execute();
        return added == 1 ? new MemberChange.Done() : new MemberChange.AlreadyMember();
    }

    public MemberChange change(Tx tx, MemberSource source, UserId user, Role role, Optional<LocalDate> expiresOn) {
        if (isOver(expiresOn)) {
            return new MemberChange.DayOver();
        }
        boolean staysOwner = role == Role.OWNER && expiresOn.isEmpty();
        return guarded(
                tx,
                source,
                user,
                staysOwner,
                () -> tx.sql()
                        .update(MEMBERS)
                        .set(MEMBERS.ACCESS_LEVEL, role.accessLevel())
                        .set(MEMBERS.EXPIRES_AT, expiresOn.map(Members::start).orElse(null))
                        .where(direct(source), MEMBERS.USER_ID.eq(user.value()))
                        .execute());
    }

    public MemberChange remove(Tx tx, MemberSource source, UserId user) {
        return guarded(
                tx,
                source,
                user,
                false,
                () -> tx.sql()
                        .deleteFrom(MEMBERS)
                        .where(direct(source), MEMBERS.USER_ID.eq(user.value()))
                        .execute());
    }

    /** To be called in the transaction that deletes a project; members and invitations of a group go with its row. */
    public void removeAll(Tx tx, long projectId) {
        tx.sql().deleteFrom(MEMBERS).where(MEMBERS.PROJECT_ID.eq(projectId)).execute();
        InvitationStore.deleteAll(tx.sql(), new MemberSource.OfProject(projectId));
    }

    /** Removes roles that no longer count. @return how many */
    int deleteExpired() {
        return database.write(tx -> deleteExpired(tx, DSL.noCondition()));
    }

    private int deleteExpired(Tx tx, Condition which) {
        return tx.sql()
                .deleteFrom(MEMBERS)
                .where(which, MEMBERS.EXPIRES_AT.le(clock.millis()))
                .execute();
    }

    private boolean isOver(Optional<LocalDate> expiresOn) {
        return expiresOn.filter(day -> start(day) <= clock.millis()).isPresent();
    }

    static long start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    static LocalDate day(long start) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(start), ZoneOffset.UTC);
    }

    private MemberChange guarded(Tx tx, MemberSource source, UserId user, boolean staysOwner, Runnable act) {
        boolean othersOwn = anotherOwns(tx.sql(), source, user);
        Optional<Role> present = role(tx.sql(), direct(source), user);
        if (present.isEmpty()) {
            return new MemberChange.NotAMember();
        }
        if (!staysOwner && !othersOwn && present.get() == Role.OWNER) {
            return new MemberChange.LastOwner();
        }
        act.run();
        return new MemberChange.Done();
    }

    /** Full paths of groups that would have no owner without this user whose role does not expire; the first 20. */
    List<String> soleOwnerOf(Tx tx, UserId user) {
        return tx
                .sql()
                .select(NAMESPACES.ID, NAMESPACES.FULL_PATH)
                .from(MEMBERS)
                .join(NAMESPACES)
                .on(NAMESPACES.ID.eq(MEMBERS.GROUP_ID))
                .where(counts(user), MEMBERS.ACCESS_LEVEL.eq(Role.OWNER.accessLevel()))
                .orderBy(NAMESPACES.FULL_PATH)
                .fetch()
                .stream()
                .filter(row -> !anotherOwns(tx.sql(), new MemberSource.OfGroup(row.value1()), user))
                .map(row -> row.value2())
                .limit(20)
                .toList();
    }

    /** Locks their rows where the database has several writers, so that two owners cannot remove each other at one moment. */
    private static boolean anotherOwns(DSLContext sql, MemberSource source, UserId user) {
        var owners = sql.select(MEMBERS.ID, DSL.field(direct(source).and(MEMBERS.USER_ID.eq(user.value()))))
                .from(MEMBERS)
                .where(held(source), MEMBERS.ACCESS_LEVEL.eq(Role.OWNER.accessLevel()), MEMBERS.EXPIRES_AT.isNull());
        return (sql.family() == SQLDialect.POSTGRES ? owners.forUpdate().fetch() : owners.fetch())
                .stream().anyMatch(row -> !Boolean.TRUE.equals(row.value2()));
    }

    private List<Member> list(MemberSource source, Condition which, int offset, int limit) {
        var adders = USERS.as("adders");
        return database.read(sql -> sql.select(USERS.fields())
                .select(adders.fields())
                .select(
                        MEMBERS.ACCESS_LEVEL,
                        MEMBERS.CREATED_AT,
                        MEMBERS.EXPIRES_AT,
                        MEMBERS.GROUP_ID,
                        NAMESPACES.FULL_PATH)
                .from(MEMBERS)
                .join(USERS)
                .on(USERS.ID.eq(MEMBERS.USER_ID))
                .leftJoin(adders)
                .on(adders.ID.eq(MEMBERS.CREATED_BY_ID))
                .leftJoin(NAMESPACES)
                .on(NAMESPACES.ID.eq(MEMBERS.GROUP_ID))
                .where(which, lives())
                .orderBy(MEMBERS.ACCESS_LEVEL.desc(), USERS.USERNAME_KEY)
                .offset(offset)
                .limit(limit)
                .fetch(row -> member(source, row, adders)));
    }

    private static Member member(
            MemberSource source, Record row, dev.tandem.server.platform.tables.tables.Users adders) {
        Optional<Long> group = Optional.ofNullable(row.get(MEMBERS.GROUP_ID));
        boolean isHere = source instanceof MemberSource.OfGroup(long id) && group.equals(Optional.of(id));
        return new Member(
                UserStore.user(row.into(USERS)),
                Role.of(row.get(MEMBERS.ACCESS_LEVEL)).orElseThrow(),
                Instant.ofEpochMilli(row.get(MEMBERS.CREATED_AT)),
                Optional.ofNullable(row.get(adders.ID)).map(by -> UserStore.user(row.into(adders))),
                Optional.ofNullable(row.get(MEMBERS.EXPIRES_AT)).map(Members::day),
                group.filter(from -> !isHere).map(from -> row.get(NAMESPACES.FULL_PATH)));
    }

    private static Condition matches(String search) {
        return search.isBlank()
                ? DSL.noCondition()
                : USERS.USERNAME_KEY.contains(UserStore.key(search)).or(USERS.NAME.containsIgnoreCase(search));
    }

    private Condition lives() {
        return MEMBERS.EXPIRES_AT.isNull().or(MEMBERS.EXPIRES_AT.gt(clock.millis()));
    }

    private Condition counts(UserId user) {
        return MEMBERS.USER_ID.eq(user.value()).and(lives());
    }

    private static Condition direct(MemberSource source) {
        return switch (source) {
            case MemberSource.OfProject(long id) -> MEMBERS.PROJECT_ID.eq(id);
            case MemberSource.OfGroup(long id) -> MEMBERS.GROUP_ID.eq(id);
        };
    }

    /** Roles given there and in the groups above. */
    private static Condition held(MemberSource source) {
        return switch (source) {
            case MemberSource.OfProject(long id) ->
                MEMBERS.PROJECT_ID
                        .eq(id)
                        .or(MEMBERS.GROUP_ID.in(DSL.select(NAMESPACE_LINES.ANCESTOR_ID)
                                .from(PATHS)
                                .join(NAMESPACE_LINES)
                                .on(NAMESPACE_LINES.NAMESPACE_ID.eq(PATHS.NAMESPACE_ID))
                                .where(PATHS.PROJECT_ID.eq(id))));
            case MemberSource.OfGroup(long id) ->
                MEMBERS.GROUP_ID.in(DSL.select(NAMESPACE_LINES.ANCESTOR_ID)
                        .from(NAMESPACE_LINES)
                        .where(NAMESPACE_LINES.NAMESPACE_ID.eq(id)));
        };
    }

    /** Of the roles that one person holds there the highest; of equal ones that which was given right there. */
    private Condition highest(MemberSource source) {
        var place = DSL.rowNumber()
                .over(DSL.partitionBy(MEMBERS.USER_ID)
                        .orderBy(
                                MEMBERS.ACCESS_LEVEL.desc(),
                                DSL.when(direct(source), 0).otherwise(1),
                                MEMBERS.ID))
                .as("place");
        Table<?> ranked = DSL.select(MEMBERS.ID.as("id"), place)
                .from(MEMBERS)
                .where(held(source), lives())
                .asTable("ranked");
        return MEMBERS.ID.in(DSL.select(DSL.field(DSL.name("ranked", "id"), Long.class))
                .from(ranked)
                .where(DSL.field(DSL.name("ranked", "place"), Integer.class).eq(1)));
    }

    private static Select<Record1<Long>> below(long groupId) {
        return DSL.select(NAMESPACE_LINES.NAMESPACE_ID)
                .from(NAMESPACE_LINES)
                .where(NAMESPACE_LINES.ANCESTOR_ID.eq(groupId));
    }
}
