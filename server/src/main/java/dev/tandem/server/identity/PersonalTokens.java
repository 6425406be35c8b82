package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.PERSONAL_TOKENS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Personal access tokens. Only a hash of each is kept. Safe for use by many threads. */
public final class PersonalTokens {
    /** GitLab's prefix, which secret scanners know. */
    static final String PREFIX = "glpat-";

    /** Last use is written at most this often for one token. */
    private static final Duration USE_PRECISION = Duration.ofMinutes(1);

    private final Database database;
    private final Clock clock;

    PersonalTokens(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A token just made: the only moment its secret is known. */
    public record Created(PersonalToken token, String secret) {}

    /** @param expiresAt end of validity; empty for none */
    public Created create(Tx tx, UserId user, String name, Set<TokenScope> scopes, Optional<Instant> expiresAt) {
        return create(tx, user, name, scopes, expiresAt, PREFIX + Secrets.random());
    }

    Created create(
            Tx tx, UserId user, String name, Set<TokenScope> scopes, Optional<Instant> expiresAt, String secret) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        long id = tx.sql()
                .insertInto(PERSONAL_TOKENS)
                .set(PERSONAL_TOKENS.TOKEN_HASH, Secrets.hash(secret))
                .set(PERSONAL_TOKENS.USER_ID, user.value())
                .set(PERSONAL_TOKENS.NAME, name)
                .set(PERSONAL_TOKENS.SCOPES, words(scopes))
                .set(PERSONAL_TOKENS.REVOKED, false)
                .set(PERSONAL_TOKENS.CREATED_AT, now.toEpochMilli())
                .set(
                        PERSONAL_TOKENS.EXPIRES_AT,
                        expiresAt.map(Instant::toEpochMilli).orElse(null))
                .returningResult(PERSONAL_TOKENS.ID)
                .fetchSingle()
                .value1();
        return new Created(
                new PersonalToken(id, user, name, Set.copyOf(scopes), false, now, Optional.empty(), expiresAt), secret);
    }

    /**
     * Ends a token and makes another of the same user, name and scopes in its place.
     *
     * @return empty when it was not good any more, perhaps because somebody else has just rotated it
     */
    public Optional<Created> rotate(Tx tx, PersonalToken old, Instant expiresAt) {
        return old.activeAt(clock.instant()) && revoke(tx, old.user(), old.id())
                ? Optional.of(create(tx, old.user(), old.name(), old.scopes(), Optional.of(expiresAt)))
                : Optional.empty();
    }

    /**
     * Which tokens of a user are meant.
     *
     * @param search a part of the name; empty for all
     * @param active whether they must work, or must not; empty for both
     */
    public record Filter(UserId user, String search, Optional<Boolean> active) {
        /** All that this user has or had. */
        public static Filter all(UserId user) {
            return new Filter(user, "", Optional.empty());
        }
    }

    /** Newest first. */
    public List<PersonalToken> list(Filter filter, int offset, int limit) {
        return database.read(sql -> sql.selectFrom(PERSONAL_TOKENS)
                .where(condition(filter))
                .orderBy(PERSONAL_TOKENS.ID.desc())
                .offset(offset)
                .limit(limit)
                .fetch(PersonalTokens::token));
    }

    /** Those in use that end between {@code now} and {@code before}, the first to end first. */
    public List<PersonalToken> ending(UserId user, Instant now, Instant before) {
        return database.read(sql -> sql.selectFrom(PERSONAL_TOKENS)
                .where(
                        PERSONAL_TOKENS.USER_ID.eq(user.value()),
                        PERSONAL_TOKENS.REVOKED.isFalse(),
                        PERSONAL_TOKENS.EXPIRES_AT.between(now.toEpochMilli(), before.toEpochMilli()))
                .orderBy(PERSONAL_TOKENS.EXPIRES_AT)
                .limit(50)
                .fetch(PersonalTokens::token));
    }

    public int count(Filter filter) {
        return database.read(sql -> sql.fetchCount(PERSONAL_TOKENS, condition(filter)));
    }

    public Optional<PersonalToken> find(long id) {
        return database.read(sql ->
                sql.selectFrom(PERSONAL_TOKENS).where(PERSONAL_TOKENS.ID.eq(id)).fetchOptional(PersonalTokens::token));
    }

    /** @return whether there was a token of this user to revoke */
    public boolean revoke(Tx tx, UserId user, long id) {
        return tx.sql()
                        .update(PERSONAL_TOKENS)
                        .set(PERSONAL_TOKENS.REVOKED, true)
                        .where(
                                PERSONAL_TOKENS.ID.eq(id),
                                PERSONAL_TOKENS.USER_ID.eq(user.value()),
                                PERSONAL_TOKENS.REVOKED.isFalse())
                        .execute()
                == 1;
    }

    /** What is known of a secret that somebody showed. */
    sealed interface Verified {
        record Valid(Actor.Person person, PersonalToken token) implements Verified {}

        record Expired() implements Verified {}

        /** Not a token, or a revoked one, or one of a blocked user. */
        record Unknown() implements Verified {}
    }

    Verified verify(String secret) {
        String hash = Secrets.hash(secret);
        Found found = database.read(sql -> sql.select(USERS.fields())
                .select(PERSONAL_TOKENS.fields())
                .from(PERSONAL_TOKENS)
                .join(USERS)
                .on(USERS.ID.eq(PERSONAL_TOKENS.USER_ID))
                .where(PERSONAL_TOKENS.TOKEN_HASH.eq(hash))
                .fetchOptional(row -> new Found(UserStore.user(row.into(USERS)), token(row.into(PERSONAL_TOKENS))))
                .orElse(null));
        Instant now = clock.instant();
        if (found == null || found.token().revoked() || found.user().blocked()) {
            return new Verified.Unknown();
        }
        if (!found.token().activeAt(now)) {
            return new Verified.Expired();
        }
        used(found.token(), now);
        return new Verified.Valid(new Actor.Person(found.user(), found.token().scopes()), found.token());
    }

    private record Found(User user, PersonalToken token) {}

    private void used(PersonalToken token, Instant now) {
        Instant stale = now.minus(USE_PRECISION);
        if (token.lastUsedAt().map(stale::isBefore).orElse(false)) {
            return;
        }
        database.write(tx -> tx.sql()
                .update(PERSONAL_TOKENS)
                .set(PERSONAL_TOKENS.LAST_USED_AT, now.toEpochMilli())
                .where(PERSONAL_TOKENS.ID.eq(token.id()))
                .execute());
    }

    private Condition condition(Filter filter) {
        Condition active = PERSONAL_TOKENS
                .REVOKED
                .isFalse()
                .and(PERSONAL_TOKENS.EXPIRES_AT.isNull().or(PERSONAL_TOKENS.EXPIRES_AT.gt(clock.millis())));
        return PERSONAL_TOKENS
                .USER_ID
                .eq(filter.user().value())
                .and(
                        filter.search().isEmpty()
                                ? DSL.noCondition()
                                : PERSONAL_TOKENS.NAME.containsIgnoreCase(filter.search()))
                .and(filter.active()
                        .map(wanted -> wanted ? active : DSL.not(active))
                        .orElseGet(DSL::noCondition));
    }

    private static String words(Set<TokenScope> scopes) {
        return scopes.stream().sorted().map(TokenScope::word).collect(Collectors.joining(" "));
    }

    private static PersonalToken token(Record row) {
        return new PersonalToken(
                row.get(PERSONAL_TOKENS.ID),
                new UserId(row.get(PERSONAL_TOKENS.USER_ID)),
                row.get(PERSONAL_TOKENS.NAME),
                Arrays.stream(row.get(PERSONAL_TOKENS.SCOPES).split(" "))
                        .flatMap(word -> TokenScope.of(word).stream())
                        .collect(Collectors.toUnmodifiableSet()),
                row.get(PERSONAL_TOKENS.REVOKED),
                Instant.ofEpochMilli(row.get(PERSONAL_TOKENS.CREATED_AT)),
                time(row.get(PERSONAL_TOKENS.LAST_USED_AT)),
                time(row.get(PERSONAL_TOKENS.EXPIRES_AT)));
    }

    private static Optional<Instant> time(@Nullable Long millis) {
        return Optional.ofNullable(millis).map(Instant::ofEpochMilli);
    }
}
