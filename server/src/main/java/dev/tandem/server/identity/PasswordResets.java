package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.PASSWORD_RESETS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.Translator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Lets people who forgot their password choose another by a link in a mail. Whoever asks learns nothing: the account is
 * looked for later, by a task, so the answer and its time are the same whether there is one or not. Safe for use by many
 * threads.
 */
public final class PasswordResets {
    static final Duration LASTS = Duration.ofHours(1);

    /** One account gets a mail at most this often, whoever asks. */
    static final Duration PAUSE = Duration.ofMinutes(5);

    /** First part of the link's path. */
    public static final String LINK = "/-/password/reset/";

    /** Several accounts may have one address. */
    private static final int MOST_ACCOUNTS = 5;

    private final Database database;
    private final Accounts accounts;
    private final Throttle throttle;
    private final ObjectProvider<Mails> mails;
    private final Audit audit;
    private final ServerUrls urls;
    private final Settings settings;
    private final Clock clock;
    private final DurableTask<Asked> task = new DurableTask<>("identity.password-reset", Asked.class, this::answer);

    PasswordResets(
            Database database,
            Accounts accounts,
            Throttle throttle,
            ObjectProvider<Mails> mails,
            Audit audit,
            ServerUrls urls,
            Settings settings,
            Clock clock) {
        this.database = database;
        this.accounts = accounts;
        this.throttle = throttle;
        this.mails = mails;
        this.audit = audit;
        this.urls = urls;
        this.settings = settings;
        this.clock = clock;
    }

    /** What waits as a task. */
    record Asked(String who, String address) {}

    DurableTask<Asked> task() {
        return task;
    }

    /** Whether links can be sent at all. */
    public boolean isPossible() {
        return Optional.ofNullable(mails.getIfAvailable()).map(Mails::areSent).orElse(false);
    }

    /**
     * Sends a link to whom it may concern.
     *
     * @param who username or e-mail address
     * @param address from which it is asked, for throttling
     * @return how long to wait before asking again, when that was too often; nothing is sent then
     */
    public Optional<Duration> ask(String who, String address) {
        Optional<Duration> pause = throttle.attempt(who, address);
        if (pause.isEmpty()) {
            database.write(tx -> {
                tx.schedule(task, Secrets.random(), new Asked(who, address), clock.instant());
                return 0;
            });
        }
        return pause;
    }

    /** Whose link this is, while it is good. */
    public Optional<User> user(String secret) {
        return database.read(sql -> find(sql, secret));
    }

    /** Sets the password; the link is used up, and all sessions of the user have ended. */
    public Accounts.PasswordChange reset(String secret, String password, SignIn.Origin origin) {
        Optional<User> user = user(secret);
        return user.isEmpty()
                ? new Accounts.PasswordChange.InvitationOver()
                : accounts.setPassword(
                        user.get(), password, tx -> find(tx.sql(), secret).isPresent(), origin);
    }

    void deleteExpired() {
        database.write(tx -> tx.sql()
                .deleteFrom(PASSWORD_RESETS)
                .where(PASSWORD_RESETS.EXPIRES_AT.le(clock.millis()))
                .execute());
    }

    private Optional<User> find(DSLContext sql, String secret) {
        return sql.select(USERS.fields())
                .from(USERS)
                .join(PASSWORD_RESETS)
                .on(PASSWORD_RESETS.USER_ID.eq(USERS.ID))
                .where(
                        PASSWORD_RESETS.TOKEN_HASH.eq(Secrets.hash(secret)),
                        PASSWORD_RESETS.EXPIRES_AT.gt(clock.millis()),
                        UserStore.mayEnter())
                .fetchOptional(row -> UserStore.user(row.into(USERS)));
    }

    private void answer(Asked asked) {
        Mails sender = mails.getIfAvailable();
        if (sender == null || !sender.areSent()) {
            return;
        }
        database.write(tx -> {
            for (User user : meant(tx.sql(), asked.who())) {
                send(tx, sender, user, asked.address());
            }
            return 0;
        });
    }

    private static List<User> meant(DSLContext sql, String who) {
        return sql.selectFrom(USERS)
                .where(
                        UserStore.mayEnter(),
                        USERS.USERNAME_KEY
                                .eq(UserStore.key(who))
                                .or(DSL.lower(USERS.EMAIL).eq(who.toLowerCase(Locale.ROOT))))
                .orderBy(USERS.ID)
                .limit(MOST_ACCOUNTS)
                .fetch(UserStore::user);
    }

    private void send(Tx tx, Mails sender, User user, String address) {
        Instant now = clock.instant();
        boolean lately = tx.sql()
                .fetchExists(
                        PASSWORD_RESETS,
                        PASSWORD_RESETS
                                .USER_ID
                                .eq(user.id().value())
                                .and(PASSWORD_RESETS.CREATED_AT.gt(
                                        now.minus(PAUSE).toEpochMilli())));
        if (lately) {
            return;
        }
        String secret = Secrets.random();
        Instant end = now.plus(LASTS);
        forget(tx, user.id());
        tx.sql()
                .insertInto(PASSWORD_RESETS)
                .set(PASSWORD_RESETS.TOKEN_HASH, Secrets.hash(secret))
                .set(PASSWORD_RESETS.USER_ID, user.id().value())
                .set(PASSWORD_RESETS.CREATED_AT, now.toEpochMilli())
                .set(PASSWORD_RESETS.EXPIRES_AT, end.toEpochMilli())
                .execute();
        audit.record(tx, Actor.ANONYMOUS, "user.reset-mail", "user " + user.username(), "asked from " + address);
        sender.send(tx, mail(user, UserStore.language(tx.sql(), user.id()), secret, end));
    }

    /** Ends the links of somebody whose password was set. */
    static void forget(Tx tx, UserId user) {
        tx.sql()
                .deleteFrom(PASSWORD_RESETS)
                .where(PASSWORD_RESETS.USER_ID.eq(user.value()))
                .execute();
    }

    private Mails.Mail mail(User user, Optional<String> language, String secret, Instant end) {
        Translator words = Translator.of(language.orElse(settings.language()));
        return new Mails.Mail(
                user.email(),
                words.text(Text.of("identity.reset.mail-subject")),
                words.text(Text.of(
                        "identity.reset.mail-text",
                        user.name(),
                        user.username(),
                        urls.external() + LINK + secret,
                        LASTS.toMinutes())),
                end);
    }
}
