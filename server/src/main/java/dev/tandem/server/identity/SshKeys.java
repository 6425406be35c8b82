package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.SSH_KEYS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Public keys of people. One key belongs to one person, since it says who connects. Safe for use by many threads. */
public final class SshKeys {
    /** A person with more keys than this has lost the overview. */
    static final int MOST = 100;

    /** Last use is written at most this often for one key. */
    private static final Duration USE_PRECISION = Duration.ofMinutes(1);

    private static final int LONGEST_TITLE = 255;

    private final Database database;
    private final Clock clock;

    SshKeys(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** What came of adding a key. */
    public sealed interface Addition {
        record Added(SshKey key) implements Addition {}

        /**
         * Not added.
         *
         * @param code stable word: {@code private}, {@code unreadable}, {@code weak}, {@code taken}, {@code too-many}
         */
        record Refused(String code) implements Addition {}
    }

    /**
     * @param title empty to take the key's own comment
     * @param pasted the line of a {@code .pub} file
     * @param expiresAt end of validity; empty for none
     */
    public Addition add(Tx tx, UserId user, String title, String pasted, Optional<Instant> expiresAt) {
        return switch (SshPublicKey.read(pasted)) {
            case SshPublicKey.Reading.Refused refused ->
                new Addition.Refused(refused.fault().word());
            case SshPublicKey.Reading.Read read -> insert(tx, user, title(title, read.key()), read.key(), expiresAt);
        };
    }

    private static String title(String title, SshPublicKey key) {
        String wanted = title.isBlank() ? key.comment() : title.strip();
        String named = wanted.isBlank() ? key.fingerprint() : wanted;
        return named.length() <= LONGEST_TITLE ? named : named.substring(0, LONGEST_TITLE);
    }

    private Addition insert(Tx tx, UserId user, String title, SshPublicKey key, Optional<Instant> expiresAt) {
        if (tx.sql().fetchCount(SSH_KEYS, SSH_KEYS.USER_ID.eq(user.value())) >= MOST) {
            return new Addition.Refused("too-many");
        }
        int inserted = tx.sql()
                .insertInto(SSH_KEYS)
                .set(SSH_KEYS.USER_ID, user.value())
                .set(SSH_KEYS.TITLE, title)
                .set(SSH_KEYS.PUBLIC_KEY, key.text())
                .set(SSH_KEYS.FINGERPRINT, key.fingerprint())
                .set(SSH_KEYS.CREATED_AT, clock.millis())
                .set(SSH_KEYS.EXPIRES_AT, expiresAt.map(Instant::toEpochMilli).orElse(null))
                .onConflict(SSH_KEYS.FINGERPRINT)
                .doNothing()
                .execute();
        return inserted == 0
                ? new Addition.Refused("taken")
                : new Addition.Added(tx.sql()
                        .selectFrom(SSH_KEYS)
                        .where(SSH_KEYS.FINGERPRINT.eq(key.fingerprint()))
                        .fetchSingle(SshKeys::key));
    }

    /** Whether it is somebody's own, also when it is expired. */
    public boolean isSomebodys(String fingerprint) {
        return database.read(sql -> sql.fetchExists(SSH_KEYS, SSH_KEYS.FINGERPRINT.eq(fingerprint)));
    }

    /** Newest first. */
    public List<SshKey> list(UserId user, int offset, int limit) {
        return database.read(sql -> sql.selectFrom(SSH_KEYS)
                .where(SSH_KEYS.USER_ID.eq(user.value()))
                .orderBy(SSH_KEYS.ID.desc())
                .offset(offset)
                .limit(limit)
                .fetch(SshKeys::key));
    }

    public int count(UserId user) {
        return database.read(sql -> sql.fetchCount(SSH_KEYS, SSH_KEYS.USER_ID.eq(user.value())));
    }

    /** A key of this user. */
    public Optional<SshKey> find(UserId user, long id) {
        return database.read(sql -> sql.selectFrom(SSH_KEYS)
                .where(SSH_KEYS.ID.eq(id), SSH_KEYS.USER_ID.eq(user.value()))
                .fetchOptional(SshKeys::key));
    }

    /** @return whether there was such a key of this user */
    public boolean delete(Tx tx, UserId user, long id) {
        return tx.sql()
                        .deleteFrom(SSH_KEYS)
                        .where(SSH_KEYS.ID.eq(id), SSH_KEYS.USER_ID.eq(user.value()))
                        .execute()
                == 1;
    }

    /**
     * Whose key it is; empty for an unknown or expired key, and for one of a blocked user. The caller has proof that the
     * other side holds the private half, or asks for it next.
     */
    public Optional<Actor.Person> owner(PublicKey key) {
        Instant now = clock.instant();
        return database.read(sql -> sql.select(USERS.fields())
                .select(SSH_KEYS.EXPIRES_AT)
                .from(SSH_KEYS)
                .join(USERS)
                .on(USERS.ID.eq(SSH_KEYS.USER_ID))
                .where(SSH_KEYS.FINGERPRINT.eq(SshPublicKey.fingerprint(key)), USERS.BLOCKED.isFalse())
                .fetchOptional()
                .filter(row ->
                        time(row.get(SSH_KEYS.EXPIRES_AT)).map(now::isBefore).orElse(true))
                .map(row -> new Actor.Person(
                        UserStore.user(row.into(USERS)),
                        Set.of(TokenScope.READ_REPOSITORY, TokenScope.WRITE_REPOSITORY))));
    }

    /** Notes that somebody came in with it. */
    public void used(PublicKey key) {
        long now = clock.millis();
        database.write(tx -> tx.sql()
                .update(SSH_KEYS)
                .set(SSH_KEYS.LAST_USED_AT, now)
                .where(
                        SSH_KEYS.FINGERPRINT.eq(SshPublicKey.fingerprint(key)),
                        SSH_KEYS.LAST_USED_AT.isNull().or(SSH_KEYS.LAST_USED_AT.lt(now - USE_PRECISION.toMillis())))
                .execute());
    }

    private static SshKey key(Record row) {
        return new SshKey(
                row.get(SSH_KEYS.ID),
                new UserId(row.get(SSH_KEYS.USER_ID)),
                row.get(SSH_KEYS.TITLE),
                row.get(SSH_KEYS.PUBLIC_KEY),
                row.get(SSH_KEYS.FINGERPRINT),
                Instant.ofEpochMilli(row.get(SSH_KEYS.CREATED_AT)),
                time(row.get(SSH_KEYS.LAST_USED_AT)),
                time(row.get(SSH_KEYS.EXPIRES_AT)));
    }

    private static Optional<Instant> time(@Nullable Long millis) {
        return Optional.ofNullable(millis).map(Instant::ofEpochMilli);
    }
}
