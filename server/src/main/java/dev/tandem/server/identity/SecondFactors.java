package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.AUTHENTICATORS;
import static dev.tandem.server.platform.tables.Tables.RECOVERY_CODES;
import static dev.tandem.server.platform.tables.Tables.SECOND_STEPS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.Tx;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/**
 * One-time codes that some people give after their password, and the codes with which they get in when the authenticator is
 * lost. Safe for use by many threads.
 */
public final class SecondFactors {
    /** How long somebody who gave the password may take for the code. */
    static final Duration STEP_LASTS = Duration.ofMinutes(10);

    private static final int RECOVERY_CODES_MADE = 10;

    /** 80 bits: a plain hash of it cannot be searched through. */
    private static final int RECOVERY_BYTES = 10;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final SecretBox secrets;
    private final Sessions sessions;
    private final Throttle throttle;
    private final Audit audit;
    private final Clock clock;

    SecondFactors(
            Database database, SecretBox secrets, Sessions sessions, Throttle throttle, Audit audit, Clock clock) {
        this.database = database;
        this.secrets = secrets;
        this.sessions = sessions;
        this.throttle = throttle;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What somebody has.
     *
     * @param since empty when no code is asked for
     * @param recoveryCodes how many are left
     */
    public record Status(Optional<Instant> since, int recoveryCodes) {}

    /**
     * What an authenticator must be told.
     *
     * @param secret for typing
     * @param code the same for its camera
     */
    public record Enrolment(String secret, QrCode code) {}

    /** How giving a code ended. */
    public sealed interface Confirmation {
        /** @param recoveryCodes shown once */
        record Done(List<String> recoveryCodes) implements Confirmation {}

        record Wrong() implements Confirmation {}

        record Throttled(Duration retryAfter) implements Confirmation {}
    }

    public Status status(UserId user) {
        return database.read(sql -> new Status(
                sql.select(AUTHENTICATORS.CONFIRMED_AT)
                        .from(AUTHENTICATORS)
                        .where(AUTHENTICATORS.USER_ID.eq(user.value()), AUTHENTICATORS.CONFIRMED_AT.isNotNull())
                        .fetchOptional(AUTHENTICATORS.CONFIRMED_AT)
                        .map(Instant::ofEpochMilli),
                sql.fetchCount(RECOVERY_CODES, RECOVERY_CODES.USER_ID.eq(user.value()))));
    }

    static boolean isOn(DSLContext sql, UserId user) {
        return sql.fetchExists(
                AUTHENTICATORS, AUTHENTICATORS.USER_ID.eq(user.value()).and(AUTHENTICATORS.CONFIRMED_AT.isNotNull()));
    }

    /** Makes a secret for somebody who has none yet; asked for only after {@link #confirm}. */
    public Optional<Enrolment> begin(User user, String issuer) {
        String secret = Totp.newSecret();
        boolean stored = database.write(tx -> {
            tx.sql()
                    .deleteFrom(AUTHENTICATORS)
                    .where(AUTHENTICATORS.USER_ID.eq(user.id().value()), AUTHENTICATORS.CONFIRMED_AT.isNull())
                    .execute();
            return tx.sql()
                            .insertInto(AUTHENTICATORS)
                            .set(AUTHENTICATORS.USER_ID, user.id().value())
                            .set(AUTHENTICATORS.SECRET, secrets.seal(secret))
                            .set(AUTHENTICATORS.LAST_STEP, 0L)
                            .onConflict(AUTHENTICATORS.USER_ID)
                            .doNothing()
                            .execute()
                    == 1;
        });
        return stored ? Optional.of(enrolment(user, issuer, secret)) : Optional.empty();
    }

    /** What {@link #begin} made, while it waits for its first code. */
    public Optional<Enrolment> begun(User user, String issuer) {
        return database.read(sql -> sql.select(AUTHENTICATORS.SECRET)
                        .from(AUTHENTICATORS)
                        .where(AUTHENTICATORS.USER_ID.eq(user.id().value()), AUTHENTICATORS.CONFIRMED_AT.isNull())
                        .fetchOptional(AUTHENTICATORS.SECRET))
                .map(kept -> enrolment(user, issuer, secrets.open(kept)));
    }

    /**
     * Proves that the authenticator knows the secret; from now on it is asked for. All other sessions end.
     *
     * @param session the one that stays
     */
    public Confirmation confirm(User user, String code, long session, String address) {
        Optional<Duration> pause = throttle.attempt(key(user.id()), address);
        if (pause.isPresent()) {
            return new Confirmation.Throttled(pause.get());
        }
        return database.write(tx -> {
            if (!use(tx, user.id(), code, false)) {
                return new Confirmation.Wrong();
            }
            throttle.succeeded(key(user.id()), address);
            tx.sql()
                    .update(AUTHENTICATORS)
                    .set(AUTHENTICATORS.CONFIRMED_AT, clock.millis())
                    .where(AUTHENTICATORS.USER_ID.eq(user.id().value()))
                    .execute();
            sessions.revokeOthers(tx, user.id(), session);
            audit.record(tx, person(user), "two-factor.enable", "user " + user.username(), "");
            return new Confirmation.Done(newRecoveryCodes(tx, user.id()));
        });
    }

    /** Makes all earlier recovery codes worthless. */
    public List<String> renewRecoveryCodes(User user) {
        return database.write(tx -> {
            audit.record(tx, person(user), "two-factor.recovery-codes", "user " + user.username(), "");
            return newRecoveryCodes(tx, user.id());
        });
    }

    /** From now on the password suffices; {@code by} is the user, or an administrator who helps. */
    public boolean remove(Actor by, User user) {
        return database.write(tx -> {
            boolean removed = tx.sql()
                            .deleteFrom(AUTHENTICATORS)
                            .where(AUTHENTICATORS.USER_ID.eq(user.id().value()))
                            .execute()
                    == 1;
            forgetRecoveryCodes(tx, user.id());
            forgetSteps(tx, user.id());
            if (removed) {
                audit.record(tx, by, "two-factor.disable", "user " + user.username(), "");
            }
            return removed;
        });
    }

    /** @return the secret for the cookie of somebody who gave the password and now has to give a code */
    String beginStep(Tx tx, UserId user) {
        String secret = Secrets.random();
        tx.sql()
                .insertInto(SECOND_STEPS)
                .set(SECOND_STEPS.TOKEN_HASH, Secrets.hash(secret))
                .set(SECOND_STEPS.USER_ID, user.value())
                .set(SECOND_STEPS.EXPIRES_AT, clock.instant().plus(STEP_LASTS).toEpochMilli())
                .execute();
        return secret;
    }

    /** Who waits with this secret. */
    Optional<UserId> waiting(DSLContext sql, String secret) {
        return sql.select(SECOND_STEPS.USER_ID)
                .from(SECOND_STEPS)
                .where(SECOND_STEPS.TOKEN_HASH.eq(Secrets.hash(secret)), SECOND_STEPS.EXPIRES_AT.gt(clock.millis()))
                .fetchOptional(SECOND_STEPS.USER_ID)
                .map(UserId::new);
    }

    boolean endStep(Tx tx, String secret) {
        return tx.sql()
                        .deleteFrom(SECOND_STEPS)
                        .where(SECOND_STEPS.TOKEN_HASH.eq(Secrets.hash(secret)))
                        .execute()
                == 1;
    }

    /** Nobody who gave the old password may go on. */
    static void forgetSteps(Tx tx, UserId user) {
        tx.sql()
                .deleteFrom(SECOND_STEPS)
                .where(SECOND_STEPS.USER_ID.eq(user.value()))
                .execute();
    }

    void deleteExpired() {
        database.write(tx -> tx.sql()
                .deleteFrom(SECOND_STEPS)
                .where(SECOND_STEPS.EXPIRES_AT.le(clock.millis()))
                .execute());
    }

    /** To be asked before {@link #use}; wrong codes make the next ones wait. */
    Optional<Duration> attempt(UserId user, String address) {
        return throttle.attempt(key(user), address);
    }

    void succeeded(UserId user, String address) {
        throttle.succeeded(key(user), address);
    }

    /** Whether the code is right, and was not used before: it never is again. */
    boolean use(Tx tx, UserId user, String code, boolean recoveryToo) {
        Optional<String> sealed = tx.sql()
                .select(AUTHENTICATORS.SECRET)
                .from(AUTHENTICATORS)
                .where(AUTHENTICATORS.USER_ID.eq(user.value()))
                .fetchOptional(AUTHENTICATORS.SECRET);
        if (sealed.isEmpty()) {
            return false;
        }
        OptionalLong step = Totp.matchingStep(secrets.open(sealed.get()), code, clock.instant());
        if (step.isPresent()) {
            return tx.sql()
                            .update(AUTHENTICATORS)
                            .set(AUTHENTICATORS.LAST_STEP, step.getAsLong())
                            .where(
                                    AUTHENTICATORS.USER_ID.eq(user.value()),
                                    AUTHENTICATORS.LAST_STEP.lt(step.getAsLong()))
                            .execute()
                    == 1;
        }
        return recoveryToo
                && tx.sql()
                                .deleteFrom(RECOVERY_CODES)
                                .where(
                                        RECOVERY_CODES.CODE_HASH.eq(recoveryHash(code)),
                                        RECOVERY_CODES.USER_ID.eq(user.value()))
                                .execute()
                        == 1;
    }

    private List<String> newRecoveryCodes(Tx tx, UserId user) {
        forgetRecoveryCodes(tx, user);
        List<String> codes = Stream.generate(SecondFactors::recoveryCode)
                .limit(RECOVERY_CODES_MADE)
                .toList();
        for (String code : codes) {
            tx.sql()
                    .insertInto(RECOVERY_CODES)
                    .set(RECOVERY_CODES.CODE_HASH, recoveryHash(code))
                    .set(RECOVERY_CODES.USER_ID, user.value())
                    .execute();
        }
        return codes;
    }

    private static void forgetRecoveryCodes(Tx tx, UserId user) {
        tx.sql()
                .deleteFrom(RECOVERY_CODES)
                .where(RECOVERY_CODES.USER_ID.eq(user.value()))
                .execute();
    }

    /** In groups of four, as people copy it. */
    private static String recoveryCode() {
        byte[] bytes = new byte[RECOVERY_BYTES];
        RANDOM.nextBytes(bytes);
        return Totp.base32(bytes).toLowerCase(Locale.ROOT).replaceAll("(?<=.)(?=(?:.{4})+$)", "-");
    }

    private static String recoveryHash(String code) {
        return Secrets.hash("recovery code " + code.toLowerCase(Locale.ROOT).replaceAll("[^a-z2-7]", ""));
    }

    private static Enrolment enrolment(User user, String issuer, String secret) {
        String address = "otpauth://totp/" + encoded(issuer + ":" + user.username()) + "?secret=" + secret + "&issuer="
                + encoded(issuer);
        return new Enrolment(secret, QrCode.of(address));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String key(UserId user) {
        return "user " + user.value();
    }

    private static Actor person(User user) {
        return new Actor.Person(user, TokenScope.all());
    }
}
