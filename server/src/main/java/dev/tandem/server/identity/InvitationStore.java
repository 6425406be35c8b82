package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.MEMBER_INVITATIONS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.access.Role;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;

/** Rows of {@code member_invitations}. */
final class InvitationStore {
    private InvitationStore() {}

    /** @return empty when there is one for this address already */
    static Optional<Invitation> insert(
            DSLContext sql,
            String hash,
            MemberSource source,
            Invitation.Terms terms,
            int uses,
            UserId by,
            Instant now,
            Instant expiresAt) {
        // Not "returning": on SQLite that gave the id of an older row when the conflict kept this one out.
        int inserted = sql.insertInto(MEMBER_INVITATIONS)
                .set(MEMBER_INVITATIONS.TOKEN_HASH, hash)
                .set(MEMBER_INVITATIONS.PROJECT_ID, source instanceof MemberSource.OfProject(long id) ? id : null)
                .set(MEMBER_INVITATIONS.GROUP_ID, source instanceof MemberSource.OfGroup(long id) ? id : null)
                .set(MEMBER_INVITATIONS.ACCESS_LEVEL, terms.role().accessLevel())
                .set(MEMBER_INVITATIONS.EMAIL, terms.email().orElse(null))
                .set(
                        MEMBER_INVITATIONS.EMAIL_KEY,
                        terms.email().map(InvitationStore::key).orElse(null))
                .set(
                        MEMBER_INVITATIONS.MEMBER_UNTIL,
                        terms.memberUntil().map(Members::start).orElse(null))
                .set(MEMBER_INVITATIONS.USES_LEFT, uses)
                .set(MEMBER_INVITATIONS.CREATED_BY_ID, by.value())
                .set(MEMBER_INVITATIONS.CREATED_AT, now.toEpochMilli())
                .set(MEMBER_INVITATIONS.EXPIRES_AT, expiresAt.toEpochMilli())
                .onConflictDoNothing()
                .execute();
        return inserted == 1 ? one(sql, MEMBER_INVITATIONS.TOKEN_HASH.eq(hash)) : Optional.empty();
    }

    static Optional<Invitation> find(DSLContext sql, String hash, Instant now) {
        return one(sql, MEMBER_INVITATIONS.TOKEN_HASH.eq(hash).and(isOpen(now)));
    }

    static Optional<Invitation> find(DSLContext sql, MemberSource source, long id) {
        return one(sql, of(source).and(MEMBER_INVITATIONS.ID.eq(id)));
    }

    static Optional<Invitation> find(DSLContext sql, MemberSource source, String email, Instant now) {
        return one(
                sql, of(source).and(MEMBER_INVITATIONS.EMAIL_KEY.eq(key(email))).and(isOpen(now)));
    }

    /** Open ones, the newest first. */
    static List<Invitation> list(
            DSLContext sql, MemberSource source, String search, Instant now, int offset, int limit) {
        return select(sql, of(source).and(isOpen(now)).and(matches(search)))
                .orderBy(MEMBER_INVITATIONS.ID.desc())
                .offset(offset)
                .limit(limit)
                .fetch(InvitationStore::invitation);
    }

    static int count(DSLContext sql, MemberSource source, String search, Instant now) {
        return sql.fetchCount(MEMBER_INVITATIONS, of(source).and(isOpen(now)).and(matches(search)));
    }

    static boolean change(DSLContext sql, long id, Invitation.Terms terms) {
        return sql.update(MEMBER_INVITATIONS)
                        .set(MEMBER_INVITATIONS.ACCESS_LEVEL, terms.role().accessLevel())
                        .set(
                                MEMBER_INVITATIONS.MEMBER_UNTIL,
                                terms.memberUntil().map(Members::start).orElse(null))
                        .where(MEMBER_INVITATIONS.ID.eq(id))
                        .execute()
                == 1;
    }

    /** @return whether it was still open and this was one of its uses; the last one deletes it */
    static boolean use(DSLContext sql, long id, Instant now) {
        boolean used = sql.update(MEMBER_INVITATIONS)
                        .set(MEMBER_INVITATIONS.USES_LEFT, MEMBER_INVITATIONS.USES_LEFT.minus(1))
                        .where(MEMBER_INVITATIONS.ID.eq(id), isOpen(now))
                        .execute()
                == 1;
        delete(sql, MEMBER_INVITATIONS.ID.eq(id).and(MEMBER_INVITATIONS.USES_LEFT.le(0)));
        return used;
    }

    static boolean delete(DSLContext sql, long id) {
        return delete(sql, MEMBER_INVITATIONS.ID.eq(id)) == 1;
    }

    static void deleteAll(DSLContext sql, MemberSource source) {
        delete(sql, of(source));
    }

    /** Those that are over in this place, or everywhere. */
    static void deleteExpired(DSLContext sql, Optional<MemberSource> source, Instant now) {
        delete(
                sql,
                source.map(InvitationStore::of)
                        .orElseGet(DSL::noCondition)
                        .and(MEMBER_INVITATIONS.EXPIRES_AT.le(now.toEpochMilli())));
    }

    private static int delete(DSLContext sql, Condition which) {
        return sql.deleteFrom(MEMBER_INVITATIONS).where(which).execute();
    }

    private static Optional<Invitation> one(DSLContext sql, Condition which) {
        return select(sql, which).fetchOptional(InvitationStore::invitation);
    }

    private static SelectConditionStep<Record> select(DSLContext sql, Condition which) {
        return sql.select(MEMBER_INVITATIONS.fields())
                .select(USERS.fields())
                .from(MEMBER_INVITATIONS)
                .join(USERS)
                .on(USERS.ID.eq(MEMBER_INVITATIONS.CREATED_BY_ID))
                .where(which);
    }

    private static Invitation invitation(Record row) {
        Long project = row.get(MEMBER_INVITATIONS.PROJECT_ID);
        return new Invitation(
                row.get(MEMBER_INVITATIONS.ID),
                project == null
                        ? new MemberSource.OfGroup(row.get(MEMBER_INVITATIONS.GROUP_ID))
                        : new MemberSource.OfProject(project),
                new Invitation.Terms(
                        Role.of(row.get(MEMBER_INVITATIONS.ACCESS_LEVEL)).orElseThrow(),
                        Optional.ofNullable(row.get(MEMBER_INVITATIONS.EMAIL)),
                        Optional.ofNullable(row.get(MEMBER_INVITATIONS.MEMBER_UNTIL))
                                .map(Members::day)),
                row.get(MEMBER_INVITATIONS.USES_LEFT),
                UserStore.user(row.into(USERS)),
                Instant.ofEpochMilli(row.get(MEMBER_INVITATIONS.CREATED_AT)),
                Instant.ofEpochMilli(row.get(MEMBER_INVITATIONS.EXPIRES_AT)));
    }

    private static Condition of(MemberSource source) {
        return switch (source) {
            case MemberSource.OfProject(long id) -> MEMBER_INVITATIONS.PROJECT_ID.eq(id);
            case MemberSource.OfGroup(long id) -> MEMBER_INVITATIONS.GROUP_ID.eq(id);
        };
    }

    private static Condition isOpen(Instant now) {
        return MEMBER_INVITATIONS.EXPIRES_AT.gt(now.toEpochMilli()).and(MEMBER_INVITATIONS.USES_LEFT.gt(0));
    }

    private static Condition matches(String search) {
        return search.isBlank() ? DSL.noCondition() : MEMBER_INVITATIONS.EMAIL_KEY.contains(key(search));
    }

    private static String key(String email) {
        return email.toLowerCase(Locale.ROOT);
    }
}
