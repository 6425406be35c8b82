package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.PERSONAL_TOKENS;
import static dev.tandem.server.platform.tables.Tables.SESSIONS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of {@code users}. */
final class UserStore {
    private UserStore() {}

    /** What signing in with a password needs to know. */
    record Login(User user, Optional<String> passwordHash, boolean oneTime, boolean secondFactor) {}

    static String key(String username) {
        return username.toLowerCase(Locale.ROOT);
    }

    static boolean anyExists(DSLContext sql) {
        return sql.fetchExists(sql.selectOne().from(USERS));
    }

    /** @return empty when the username is taken */
    static Optional<User> insert(
            DSLContext sql, String username, String name, String email, boolean admin, Instant at) {
        int inserted = sql.insertInto(USERS)
                .set(USERS.USERNAME, username)
                .set(USERS.USERNAME_KEY, key(username))
                .set(USERS.NAME, name)
                .set(USERS.EMAIL, email)
                .set(USERS.ADMIN, admin)
                .set(USERS.BLOCKED, false)
                .set(USERS.PASSWORD_ONE_TIME, false)
                .set(USERS.CREATED_AT, at.toEpochMilli())
                .onConflict(USERS.USERNAME_KEY)
                .doNothing()
                .execute();
        return inserted == 1 ? find(sql, username) : Optional.empty();
    }

    static Optional<User> find(DSLContext sql, UserId id) {
        return one(sql, USERS.ID.eq(id.value()));
    }

    static Optional<User> find(DSLContext sql, String username) {
        return one(sql, USERS.USERNAME_KEY.eq(key(username)).and(DSL.not(is(User.State.DELETED))));
    }

    static List<User> list(DSLContext sql, UserFilter filter, int offset, int limit) {
        return sql.select(
                        USERS.ID,
                        USERS.USERNAME,
                        USERS.NAME,
                        USERS.EMAIL,
                        USERS.ADMIN,
                        USERS.BLOCKED,
                        USERS.BLOCKED_AS,
                        USERS.CREATED_AT)
                .from(USERS)
                .where(matches(filter))
                .orderBy(USERS.USERNAME_KEY)
                .offset(offset)
                .limit(limit)
                .fetch(UserStore::user);
    }

    static int count(DSLContext sql, UserFilter filter) {
        return sql.fetchCount(USERS, matches(filter));
    }

    static Optional<Login> login(DSLContext sql, Condition which) {
        return sql.selectFrom(USERS)
                .where(which)
                .fetchOptional(row -> new Login(
                        user(row),
                        Optional.ofNullable(row.get(USERS.PASSWORD_HASH)),
                        row.get(USERS.PASSWORD_ONE_TIME),
                        SecondFactors.isOn(sql, new UserId(row.get(USERS.ID)))));
    }

    static Optional<String> language(DSLContext sql, UserId id) {
        return sql.select(USERS.LANGUAGE)
                .from(USERS)
                .where(USERS.ID.eq(id.value()))
                .fetchOptional(USERS.LANGUAGE);
    }

    static void setLanguage(DSLContext sql, UserId id, String language) {
        sql.update(USERS)
                .set(USERS.LANGUAGE, language)
                .where(USERS.ID.eq(id.value()))
                .execute();
    }

    static void edit(DSLContext sql, UserId id, UserEdit edit) {
        Map<Field<?>, Object> changes = new LinkedHashMap<>();
        edit.name().ifPresent(name -> changes.put(USERS.NAME, name));
        edit.email().ifPresent(email -> changes.put(USERS.EMAIL, email));
        edit.admin().ifPresent(admin -> changes.put(USERS.ADMIN, admin));
        sql.update(USERS).set(changes).where(USERS.ID.eq(id.value())).execute();
    }

    /** Also ends any set-password link. */
    static void setPassword(DSLContext sql, UserId id, String hash, boolean oneTime) {
        sql.update(USERS)
                .set(USERS.PASSWORD_HASH, hash)
                .set(USERS.PASSWORD_ONE_TIME, oneTime)
                .set(USERS.INVITATION_HASH, DSL.castNull(USERS.INVITATION_HASH))
                .set(USERS.INVITATION_EXPIRES_AT, DSL.castNull(USERS.INVITATION_EXPIRES_AT))
                .where(USERS.ID.eq(id.value()))
                .execute();
    }

    /**
     * Makes a one-time password worthless, which this hash was made of; a new one must still be set.
     *
     * @return whether it was good until now
     */
    static boolean useUp(DSLContext sql, UserId id, String hash) {
        return sql.update(USERS)
                        .set(USERS.PASSWORD_HASH, DSL.castNull(USERS.PASSWORD_HASH))
                        .where(USERS.ID.eq(id.value()), USERS.PASSWORD_ONE_TIME.isTrue(), USERS.PASSWORD_HASH.eq(hash))
                        .execute()
                == 1;
    }

    static void invite(DSLContext sql, UserId id, String hash, Instant expiresAt) {
        sql.update(USERS)
                .set(USERS.INVITATION_HASH, hash)
                .set(USERS.INVITATION_EXPIRES_AT, expiresAt.toEpochMilli())
                .where(USERS.ID.eq(id.value()))
                .execute();
    }

    static Optional<User> invited(DSLContext sql, String hash, Instant now) {
        return one(sql, USERS.INVITATION_HASH.eq(hash).and(USERS.INVITATION_EXPIRES_AT.gt(now.toEpochMilli())));
    }

    /** @return whether it was {@code from} */
    static boolean setState(DSLContext sql, UserId id, User.State from, User.State to) {
        return sql.update(USERS)
                        .set(USERS.BLOCKED, to != User.State.ACTIVE)
                        .set(USERS.BLOCKED_AS, blockedAs(to))
                        .where(USERS.ID.eq(id.value()), is(from))
                        .execute()
                == 1;
    }

    /** Leaves of somebody nothing but a row that what they did points to. */
    static void erase(DSLContext sql, UserId id, String username, String name) {
        sql.update(USERS)
                .set(USERS.USERNAME, username)
                .set(USERS.USERNAME_KEY, key(username))
                .set(USERS.NAME, name)
                .set(USERS.EMAIL, "")
                .set(USERS.ADMIN, false)
                .set(USERS.BLOCKED, true)
                .set(USERS.BLOCKED_AS, blockedAs(User.State.DELETED))
                .set(USERS.PASSWORD_HASH, DSL.castNull(USERS.PASSWORD_HASH))
                .set(USERS.INVITATION_HASH, DSL.castNull(USERS.INVITATION_HASH))
                .set(USERS.INVITATION_EXPIRES_AT, DSL.castNull(USERS.INVITATION_EXPIRES_AT))
                .set(USERS.LAST_SIGN_IN_AT, DSL.castNull(USERS.LAST_SIGN_IN_AT))
                .where(USERS.ID.eq(id.value()))
                .execute();
    }

    static boolean otherActiveAdminExists(DSLContext sql, UserId id) {
        return sql.fetchExists(sql.selectOne()
                .from(USERS)
                .where(USERS.ADMIN.isTrue(), USERS.BLOCKED.isFalse(), USERS.ID.ne(id.value())));
    }

    static void signedIn(DSLContext sql, UserId id, Instant at) {
        sql.update(USERS)
                .set(USERS.LAST_SIGN_IN_AT, at.toEpochMilli())
                .where(USERS.ID.eq(id.value()))
                .execute();
    }

    static Optional<UserActivity> activity(DSLContext sql, UserId id) {
        var session = DSL.field(
                DSL.select(DSL.max(SESSIONS.LAST_USED_AT)).from(SESSIONS).where(SESSIONS.USER_ID.eq(USERS.ID)));
        var token = DSL.field(DSL.select(DSL.max(PERSONAL_TOKENS.LAST_USED_AT))
                .from(PERSONAL_TOKENS)
                .where(PERSONAL_TOKENS.USER_ID.eq(USERS.ID)));
        return sql.select(USERS.LAST_SIGN_IN_AT, session, token, USERS.PASSWORD_HASH)
                .from(USERS)
                .where(USERS.ID.eq(id.value()))
                .fetchOptional(row -> new UserActivity(
                        Optional.ofNullable(row.value1()).map(Instant::ofEpochMilli),
                        Stream.of(row.value1(), row.value2(), row.value3())
                                .filter(Objects::nonNull)
                                .max(Comparator.naturalOrder())
                                .map(Instant::ofEpochMilli),
                        row.value4() != null));
    }

    /** From a row that holds the columns of {@code users}. */
    static User user(Record row) {
        return new User(
                new UserId(row.get(USERS.ID)),
                row.get(USERS.USERNAME),
                row.get(USERS.NAME),
                row.get(USERS.EMAIL),
                row.get(USERS.ADMIN),
                state(row.get(USERS.BLOCKED), row.get(USERS.BLOCKED_AS)),
                Instant.ofEpochMilli(row.get(USERS.CREATED_AT)));
    }

    private static User.State state(boolean blocked, @Nullable String as) {
        return blocked
                ? (as == null ? User.State.BLOCKED : User.State.valueOf(as.toUpperCase(Locale.ROOT)))
                : User.State.ACTIVE;
    }

    private static @Nullable String blockedAs(User.State state) {
        return switch (state) {
            case ACTIVE, BLOCKED -> null;
            case DEACTIVATED, DELETED -> state.name().toLowerCase(Locale.ROOT);
        };
    }

    private static Condition is(User.State state) {
        String as = blockedAs(state);
        return USERS.BLOCKED
                .eq(state != User.State.ACTIVE)
                .and(as == null ? USERS.BLOCKED_AS.isNull() : USERS.BLOCKED_AS.eq(as));
    }

    /** Of those who may sign in. */
    static Condition mayEnter() {
        return is(User.State.ACTIVE).or(is(User.State.DEACTIVATED));
    }

    private static Optional<User> one(DSLContext sql, Condition which) {
        return sql.selectFrom(USERS).where(which).fetchOptional(UserStore::user);
    }

    private static Condition matches(UserFilter filter) {
        String search = filter.search();
        Condition found = search.isEmpty()
                ? DSL.noCondition()
                : USERS.USERNAME_KEY
                        .contains(key(search))
                        .or(USERS.NAME.containsIgnoreCase(search))
                        .or(USERS.EMAIL.containsIgnoreCase(search));
        return filter.state()
                .map(state -> found.and(is(state)))
                .orElseGet(() -> found.and(DSL.not(is(User.State.DELETED))));
    }
}
