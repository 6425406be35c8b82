package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.AUTHENTICATORS;
import static dev.tandem.server.platform.tables.Tables.SESSIONS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Record;

/** Sessions of browsers; they survive a restart. Only a hash of each cookie is kept. Safe for use by many threads. */
public final class Sessions {
    /** A session ends when it was not used for so long. */
    public static final Duration IDLE = Duration.ofDays(14);

    /** However often it is used, it ends after so long. */
    static final Duration LONGEST = Duration.ofDays(90);

    /** Use of a session is written at most this often, so that reading pages does not write. */
    static final Duration USE_PRECISION = Duration.ofMinutes(5);

    private static final int LONGEST_USER_AGENT = 255;

    private final Database database;
    private final Clock clock;
    private final boolean secondFactorRequired;

    /** @param secondFactorRequired whether everybody who has a password needs a second factor too */
    Sessions(Database database, Clock clock, boolean secondFactorRequired) {
        this.database = database;
        this.secondFactorRequired = secondFactorRequired;
        this.clock = clock;
    }

    /**
     * Whose session a cookie belongs to.
     *
     * @param mustSetPassword signed in with a one-time password, so nothing else may be done yet
     * @param mustSetSecondFactor this server demands one beside a password, and there is none yet
     */
    public record Found(
            Session session,
            User user,
            boolean mustSetPassword,
            boolean mustSetSecondFactor,
            Optional<String> language) {}

    /** Whoever was deactivated is back. @return the secret for the cookie, made afresh */
    String start(Tx tx, UserId user, String address, String userAgent) {
        String secret = Secrets.random();
        Instant now = clock.instant();
        UserStore.setState(tx.sql(), user, User.State.DEACTIVATED, User.State.ACTIVE);
        tx.sql()
                .insertInto(SESSIONS)
                .set(SESSIONS.TOKEN_HASH, Secrets.hash(secret))
                .set(SESSIONS.USER_ID, user.value())
                .set(SESSIONS.ADDRESS, address)
                .set(SESSIONS.USER_AGENT, cut(userAgent))
                .set(SESSIONS.CREATED_AT, now.toEpochMilli())
                .set(SESSIONS.LAST_USED_AT, now.toEpochMilli())
                .set(SESSIONS.EXPIRES_AT, now.plus(IDLE).toEpochMilli())
                .execute();
        return secret;
    }

    /** The live session of this cookie; notes its use. Empty when unknown, expired or of a blocked user. */
    public Optional<Found> find(String secret) {
        Instant now = clock.instant();
        Optional<Found> found = database.read(sql -> sql.select(SESSIONS.fields())
                .select(USERS.fields())
                .select(AUTHENTICATORS.CONFIRMED_AT)
                .from(SESSIONS)
                .join(USERS)
                .on(USERS.ID.eq(SESSIONS.USER_ID))
                .leftJoin(AUTHENTICATORS)
                .on(AUTHENTICATORS.USER_ID.eq(USERS.ID))
                .where(
                        SESSIONS.TOKEN_HASH.eq(Secrets.hash(secret)),
                        SESSIONS.EXPIRES_AT.gt(now.toEpochMilli()),
                        USERS.BLOCKED.isFalse())
                .fetchOptional(this::found));
        found.ifPresent(one -> used(one.session(), now));
        return found;
    }

    /** Of one user, the last used first; live ones only. */
    public List<Session> list(UserId user) {
        return database.read(sql -> sql.selectFrom(SESSIONS)
                .where(SESSIONS.USER_ID.eq(user.value()), SESSIONS.EXPIRES_AT.gt(clock.millis()))
                .orderBy(SESSIONS.LAST_USED_AT.desc())
                .limit(100)
                .fetch(Sessions::session));
    }

    /** @return whether this user had that session */
    public boolean revoke(Tx tx, UserId user, long id) {
        return tx.sql()
                        .deleteFrom(SESSIONS)
                        .where(SESSIONS.ID.eq(id), SESSIONS.USER_ID.eq(user.value()))
                        .execute()
                == 1;
    }

    /**
     * Ends every session of a user but this one.
     *
     * @return how many
     */
    public int revokeOthers(Tx tx, UserId user, long kept) {
        return tx.sql()
                .deleteFrom(SESSIONS)
                .where(SESSIONS.USER_ID.eq(user.value()), SESSIONS.ID.ne(kept))
                .execute();
    }

    /** Ends every session of a user: the password changed or the user was blocked. */
    public void revokeAll(Tx tx, UserId user) {
        tx.sql().deleteFrom(SESSIONS).where(SESSIONS.USER_ID.eq(user.value())).execute();
    }

    void deleteExpired() {
        database.write(tx -> tx.sql()
                .deleteFrom(SESSIONS)
                .where(SESSIONS.EXPIRES_AT.le(clock.millis()))
                .execute());
    }

    private void used(Session session, Instant now) {
        if (session.lastUsedAt().plus(USE_PRECISION).isAfter(now)) {
            return;
        }
        Instant idleEnd = now.plus(IDLE);
        Instant lastEnd = session.createdAt().plus(LONGEST);
        database.write(tx -> tx.sql()
                .update(SESSIONS)
                .set(SESSIONS.LAST_USED_AT, now.toEpochMilli())
                .set(SESSIONS.EXPIRES_AT, (idleEnd.isBefore(lastEnd) ? idleEnd : lastEnd).toEpochMilli())
                .where(SESSIONS.ID.eq(session.id()))
                .execute());
    }

    private Found found(Record row) {
        return new Found(
                session(row.into(SESSIONS)),
                UserStore.user(row.into(USERS)),
                row.get(USERS.PASSWORD_ONE_TIME),
                secondFactorRequired
                        && row.get(USERS.PASSWORD_HASH) != null
                        && row.get(AUTHENTICATORS.CONFIRMED_AT) == null,
                Optional.ofNullable(row.get(USERS.LANGUAGE)));
    }

    private static Session session(Record row) {
        return new Session(
                row.get(SESSIONS.ID),
                new UserId(row.get(SESSIONS.USER_ID)),
                row.get(SESSIONS.ADDRESS),
                row.get(SESSIONS.USER_AGENT),
                Instant.ofEpochMilli(row.get(SESSIONS.CREATED_AT)),
                Instant.ofEpochMilli(row.get(SESSIONS.LAST_USED_AT)),
                Instant.ofEpochMilli(row.get(SESSIONS.EXPIRES_AT)));
    }

    private static String cut(String userAgent) {
        return userAgent.length() <= LONGEST_USER_AGENT ? userAgent : userAgent.substring(0, LONGEST_USER_AGENT);
    }
}
