package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Checks what people and machines show to prove who they are, and starts sessions. Safe for use by many threads.
 *
 * <p>A wrong password, an unknown and a blocked user get the same answer after the same time.
 */
public final class SignIn implements Credentials {
    private static final Outcome REFUSED = new Outcome.Refused();
    private static final Duration BUSY = Duration.ofSeconds(2);

    private final Database database;
    private final Passwords passwords;
    private final Throttle throttle;
    private final Sessions sessions;
    private final PersonalTokens tokens;
    private final ObjectProvider<JobTokens> jobTokens;
    private final SecondFactors secondFactors;
    private final Settings settings;
    private final Audit audit;
    private final Clock clock;

    SignIn(
            Database database,
            Passwords passwords,
            Throttle throttle,
            Sessions sessions,
            PersonalTokens tokens,
            ObjectProvider<JobTokens> jobTokens,
            SecondFactors secondFactors,
            Settings settings,
            Audit audit,
            Clock clock) {
        this.database = database;
        this.passwords = passwords;
        this.throttle = throttle;
        this.sessions = sessions;
        this.tokens = tokens;
        this.jobTokens = jobTokens;
        this.secondFactors = secondFactors;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    /** How signing in on the page ended. */
    public sealed interface Result {
        /** @param secret for the session's cookie */
        record SignedIn(String secret, boolean mustSetPassword) implements Result {}

        /** The password is right, and a code has to follow; {@code secret} is for the cookie that says so. */
        record SecondStep(String secret) implements Result {}

        record Wrong() implements Result {}

        /** Too long ago, or never: sign in from the beginning. */
        record TooLate() implements Result {}

        record Throttled(Duration retryAfter) implements Result {}
    }

    /** Where a request came from. */
    public record Origin(String address, String userAgent) {}

    /** What a token in a header turned out to be. */
    public sealed interface TokenResult {
        /** @param token the personal one that was shown; empty for a job's */
        record Accepted(Actor actor, Optional<PersonalToken> token) implements TokenResult {}

        record Expired() implements TokenResult {}

        record Refused() implements TokenResult {}

        record Throttled(Duration retryAfter) implements TokenResult {}
    }

    /**
     * Starts a session; always a fresh one, so that a cookie planted before is worth nothing after. A one-time password is
     * used up by it.
     */
    public Result signIn(String username, String password, Origin origin) {
        return switch (check(username, password, origin.address())) {
            case Checked.Right(var login) -> login.secondFactor() ? secondStep(login.user()) : started(login, origin);
            case Checked.Wrong() -> wrong(username, origin);
            case Checked.Later(var pause) -> new Result.Throttled(pause);
        };
    }

    /**
     * Goes on where {@link Result.SecondStep} left off.
     *
     * @param secret from the cookie
     * @param code of the authenticator, or a recovery code, which is used up
     */
    public Result secondStep(String secret, String code, Origin origin) {
        Optional<UserStore.Login> waiting = database.read(sql -> secondFactors
                .waiting(sql, secret)
                .flatMap(user -> UserStore.login(sql, USERS.ID.eq(user.value())))
                .filter(login -> login.user().mayEnter()));
        if (waiting.isEmpty()) {
            return new Result.TooLate();
        }
        User user = waiting.get().user();
        Optional<Duration> pause = secondFactors.attempt(user.id(), origin.address());
        if (pause.isPresent()) {
            return new Result.Throttled(pause.get());
        }
        boolean right =
                database.write(tx -> secondFactors.use(tx, user.id(), code, true) && secondFactors.endStep(tx, secret));
        if (!right) {
            return wrong(user.username(), origin);
        }
        secondFactors.succeeded(user.id(), origin.address());
        return started(waiting.get(), origin);
    }

    /**
     * Starts a session for somebody who was proved otherwise than by password.
     *
     * @param strong whether the proof was two factors at once, so that no code has to follow
     */
    Result proved(User user, Origin origin, boolean strong) {
        Optional<UserStore.Login> login =
                database.read(sql -> UserStore.login(sql, USERS.ID.eq(user.id().value())));
        if (login.isEmpty() || !login.get().user().mayEnter()) {
            return wrong(user.username(), origin);
        }
        return login.get().secondFactor() && !strong
                ? secondStep(user)
                : new Result.SignedIn(
                        database.write(tx -> begin(tx, user, origin)),
                        login.get().oneTime());
    }

    /** Starts the first session of somebody who has just made an account. */
    public Result.SignedIn started(User fresh, Origin origin) {
        return new Result.SignedIn(database.write(tx -> begin(tx, fresh, origin)), false);
    }

    private Result secondStep(User user) {
        return new Result.SecondStep(database.write(tx -> secondFactors.beginStep(tx, user.id())));
    }

    private Result started(UserStore.Login login, Origin origin) {
        return start(login, origin)
                .<Result>map(secret -> new Result.SignedIn(secret, login.oneTime()))
                .orElseGet(() -> wrong(login.user().username(), origin));
    }

    /** Whether this is the password of a user who is signed in already. */
    public boolean confirm(User user, String password, String address) {
        return check(user.username(), password, address) instanceof Checked.Right;
    }

    @Override
    public Outcome basic(String username, String password, String address) {
        Optional<Actor> byToken = gitToken(password);
        if (byToken.isPresent()) {
            return new Outcome.Accepted(byToken.get());
        }
        if (password.startsWith(PersonalTokens.PREFIX)) {
            return throttle.attempt(null, address)
                    .<Outcome>map(Outcome.Throttled::new)
                    .orElse(REFUSED);
        }
        return switch (check(username, password, address)) {
            case Checked.Right(var login) ->
                login.oneTime()
                                || login.secondFactor()
                                || settings.twoFactorRequired()
                                || login.user().blocked()
                        ? REFUSED
                        : new Outcome.Accepted(new Actor.Person(login.user(), TokenScope.all()));
            case Checked.Wrong() -> REFUSED;
            case Checked.Later(var pause) -> new Outcome.Throttled(pause);
        };
    }

    /** A personal access token shown in a header. Right ones are never throttled: nobody can guess them. */
    public TokenResult personalToken(String secret, String address) {
        return switch (tokens.verify(secret)) {
            case PersonalTokens.Verified.Valid valid ->
                new TokenResult.Accepted(valid.person(), Optional.of(valid.token()));
            case PersonalTokens.Verified.Expired() -> new TokenResult.Expired();
            case PersonalTokens.Verified.Unknown() -> wrongToken(address);
        };
    }

    /** A job's token shown in a header. */
    public TokenResult jobToken(String secret, String address) {
        return job(secret)
                .<TokenResult>map(actor -> new TokenResult.Accepted(actor, Optional.empty()))
                .orElseGet(() -> wrongToken(address));
    }

    private TokenResult wrongToken(String address) {
        return throttle.attempt(null, address)
                .<TokenResult>map(TokenResult.Throttled::new)
                .orElseGet(TokenResult.Refused::new);
    }

    private Optional<Actor.Job> job(String secret) {
        JobTokens known = jobTokens.getIfAvailable();
        return known == null ? Optional.empty() : known.verify(secret);
    }

    private Optional<Actor> gitToken(String secret) {
        if (tokens.verify(secret) instanceof PersonalTokens.Verified.Valid valid) {
            Actor.Person person = valid.person();
            boolean forGit = person.holds(TokenScope.API)
                    || person.holds(TokenScope.READ_REPOSITORY)
                    || person.holds(TokenScope.WRITE_REPOSITORY);
            return forGit ? Optional.of(person) : Optional.empty();
        }
        return job(secret).map(actor -> actor);
    }

    private sealed interface Checked {
        record Right(UserStore.Login login) implements Checked {}

        record Wrong() implements Checked {}

        record Later(Duration pause) implements Checked {}
    }

    private Checked check(String username, String password, String address) {
        Optional<Duration> pause = throttle.attempt(username, address);
        if (pause.isPresent()) {
            return new Checked.Later(pause.get());
        }
        Optional<UserStore.Login> login =
                database.read(sql -> UserStore.login(sql, USERS.USERNAME_KEY.eq(UserStore.key(username))));
        boolean right;
        try {
            right = passwords.matches(password, login.flatMap(UserStore.Login::passwordHash));
        } catch (Passwords.Busy e) {
            throttle.succeeded(null, address);
            return new Checked.Later(BUSY);
        }
        if (!right || login.isEmpty() || !login.get().user().mayEnter()) {
            return new Checked.Wrong();
        }
        throttle.succeeded(username, address);
        return new Checked.Right(login.get());
    }

    /** Empty when it was a one-time password that somebody else has just used. */
    private Optional<String> start(UserStore.Login login, Origin origin) {
        User user = login.user();
        return database.write(tx -> {
            if (login.oneTime()
                    && !UserStore.useUp(
                            tx.sql(), user.id(), login.passwordHash().orElseThrow())) {
                return Optional.empty();
            }
            return Optional.of(begin(tx, user, origin));
        });
    }

    private String begin(Tx tx, User user, Origin origin) {
        UserStore.signedIn(tx.sql(), user.id(), clock.instant());
        audit.record(tx, person(user), "session.start", "user " + user.username(), "from " + origin.address());
        return sessions.start(tx, user.id(), origin.address(), origin.userAgent());
    }

    private Result wrong(String username, Origin origin) {
        noteFailure(username, origin.address());
        return new Result.Wrong();
    }

    private void noteFailure(String username, String address) {
        database.write(tx -> {
            audit.record(tx, Actor.ANONYMOUS, "session.refused", "user " + username, "from " + address);
            return 0;
        });
    }

    private static Actor person(User user) {
        return new Actor.Person(user, TokenScope.all());
    }
}
