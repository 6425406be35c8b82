package dev.tandem.server.identity;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Passwords and links to choose one: what people and administrators do with accounts. Safe for use by many threads. */
public final class Accounts {
    static final Duration INVITATION = Duration.ofDays(3);

    private final Database database;
    private final Users users;
    private final Sessions sessions;
    private final Passwords passwords;
    private final Audit audit;
    private final Clock clock;
    private final Path initialPasswordFile;

    Accounts(
            Database database,
            Users users,
            Sessions sessions,
            Passwords passwords,
            Audit audit,
            Clock clock,
            Settings settings) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.passwords = passwords;
        this.audit = audit;
        this.clock = clock;
        this.initialPasswordFile = settings.data().resolve(InitialRoot.FILE);
    }

    /** How choosing a password ended. */
    public sealed interface PasswordChange {
        /**
         * All sessions of this user ended.
         *
         * @param session secret of a fresh one; empty for somebody whom a link proved and who must give a code too
         */
        record Done(Optional<String> session) implements PasswordChange {}

        record NotAcceptable() implements PasswordChange {}

        record InvitationOver() implements PasswordChange {}

        /** Too many passwords are being hashed; ask again. */
        record Busy() implements PasswordChange {}
    }

    public static int shortestPassword() {
        return Passwords.SHORTEST;
    }

    /** How making an account with an invitation ended. */
    public sealed interface Invited {
        /** @param secret the last part of the link; shown once */
        record Done(User user, String secret) implements Invited {}

        record Refused(UserCreation why) implements Invited {}
    }

    /** Makes an account whose owner chooses the password through a link, which the administrator hands over. */
    public Invited invite(Actor by, String username, String name, String email, boolean admin) {
        String secret = Secrets.random();
        return database.write(tx -> {
            UserCreation creation = users.create(tx, username, name, email, admin);
            if (!(creation instanceof UserCreation.Created(User user))) {
                return new Invited.Refused(creation);
            }
            invitation(tx, user, secret);
            audit.record(tx, by, "user.create", "user " + username, admin ? "as administrator" : "");
            return new Invited.Done(user, secret);
        });
    }

    /** Makes an account with this password; empty: nobody can sign in to it until it gets one. */
    public UserCreation create(
            Actor by, String username, String name, String email, boolean admin, Optional<String> password) {
        return create(by, username, name, email, admin, password, (tx, user) -> {});
    }

    /** @param then what happens in the same transaction; when it throws, there is no account */
    UserCreation create(
            Actor by,
            String username,
            String name,
            String email,
            boolean admin,
            Optional<String> password,
            BiConsumer<Tx, User> then) {
        if (password.isPresent() && !Passwords.acceptable(password.get())) {
            return new UserCreation.Invalid("password");
        }
        Optional<String> hash;
        try {
            hash = password.map(passwords::hash);
        } catch (Passwords.Busy e) {
            return new UserCreation.Busy();
        }
        return database.write(tx -> {
            UserCreation creation = users.create(tx, username, name, email, admin);
            if (creation instanceof UserCreation.Created(User user)) {
                hash.ifPresent(made -> UserStore.setPassword(tx.sql(), user.id(), made, false));
                audit.record(tx, by, "user.create", "user " + username, admin ? "as administrator" : "");
                then.accept(tx, user);
            }
            return creation;
        });
    }

    /** Changes what is said of an account; a change that changes nothing leaves no trace. */
    public UserEdit.Outcome edit(Actor by, UserId id, UserEdit wanted) {
        return database.write(tx -> {
            Optional<User> before = UserStore.find(tx.sql(), id);
            if (before.isEmpty()) {
                return new UserEdit.Outcome.NoSuchUser();
            }
            UserEdit edit = wanted.against(before.get());
            if (edit.isNothing()) {
                return new UserEdit.Outcome.Done(before.get());
            }
            if (!edit.name().map(Users::validName).orElse(true)) {
                return new UserEdit.Outcome.Invalid("name");
            }
            if (!edit.email().map(Users::validEmail).orElse(true)) {
                return new UserEdit.Outcome.Invalid("email");
            }
            if (!edit.admin().orElse(true) && !UserStore.otherActiveAdminExists(tx.sql(), id)) {
                return new UserEdit.Outcome.LastAdministrator();
            }
            UserStore.edit(tx.sql(), id, edit);
            audit.record(tx, by, "user.edit", "user " + before.get().username(), edit.words());
            return new UserEdit.Outcome.Done(UserStore.find(tx.sql(), id).orElseThrow());
        });
    }

    /** How an administrator's choice of somebody's password ended. */
    public enum PasswordGiven {
        DONE,
        NOT_ACCEPTABLE,
        BUSY
    }

    /** Gives somebody a password for one sign-in, after which they choose their own; all their sessions end. */
    public PasswordGiven givePassword(Actor by, User user, String password) {
        if (!Passwords.acceptable(password)) {
            return PasswordGiven.NOT_ACCEPTABLE;
        }
        String hash;
        try {
            hash = passwords.hash(password);
        } catch (Passwords.Busy e) {
            return PasswordGiven.BUSY;
        }
        return database.write(tx -> {
            UserStore.setPassword(tx.sql(), user.id(), hash, true);
            sessions.revokeAll(tx, user.id());
            audit.record(tx, by, "user.password", "user " + user.username(), "one-time, by an administrator");
            return PasswordGiven.DONE;
        });
    }

    /** A new link for somebody who lost the first one or forgot the password; the old password works until it is used. */
    public Optional<Invited.Done> inviteAgain(Actor by, UserId id) {
        String secret = Secrets.random();
        return database.write(tx -> UserStore.find(tx.sql(), id).map(user -> {
            invitation(tx, user, secret);
            audit.record(tx, by, "user.invite", "user " + user.username(), "");
            return new Invited.Done(user, secret);
        }));
    }

    /** Whose link this is, while it is good. */
    public Optional<User> invited(String secret) {
        return database.read(sql -> UserStore.invited(sql, Secrets.hash(secret), clock.instant()))
                .filter(User::mayEnter);
    }

    public PasswordChange acceptInvitation(String secret, String password, SignIn.Origin origin) {
        Optional<User> user = invited(secret);
        return user.isEmpty()
                ? new PasswordChange.InvitationOver()
                : setPassword(user.get(), password, tx -> isInvited(tx, secret), origin);
    }

    /** Sets a user's own password; ends all sessions and starts a new one. */
    public PasswordChange setPassword(User user, String password, SignIn.Origin origin) {
        return setPassword(user, password, tx -> true, true, origin);
    }

    /** For somebody whom a link proved: it opens no way around the second factor. */
    PasswordChange setPassword(User user, String password, Predicate<Tx> stillGood, SignIn.Origin origin) {
        return setPassword(user, password, stillGood, false, origin);
    }

    private boolean isInvited(Tx tx, String secret) {
        return UserStore.invited(tx.sql(), Secrets.hash(secret), clock.instant())
                .isPresent();
    }

    /** @param stillGood asked again inside: a link works once, even if used twice at the same moment */
    private PasswordChange setPassword(
            User user, String password, Predicate<Tx> stillGood, boolean signedIn, SignIn.Origin origin) {
        if (!Passwords.acceptable(password)) {
            return new PasswordChange.NotAcceptable();
        }
        String hash;
        try {
            hash = passwords.hash(password);
        } catch (Passwords.Busy e) {
            return new PasswordChange.Busy();
        }
        PasswordChange change = database.write(tx -> {
            if (!stillGood.test(tx)) {
                return new PasswordChange.InvitationOver();
            }
            UserStore.setPassword(tx.sql(), user.id(), hash, false);
            sessions.revokeAll(tx, user.id());
            PasswordResets.forget(tx, user.id());
            SecondFactors.forgetSteps(tx, user.id());
            audit.record(
                    tx,
                    new Actor.Person(user, TokenScope.all()),
                    "user.password",
                    "user " + user.username(),
                    "from " + origin.address());
            boolean enough = signedIn || !SecondFactors.isOn(tx.sql(), user.id());
            return new PasswordChange.Done(
                    enough
                            ? Optional.of(sessions.start(tx, user.id(), origin.address(), origin.userAgent()))
                            : Optional.empty());
        });
        if (change instanceof PasswordChange.Done && user.username().equals(InitialRoot.USERNAME)) {
            deleteInitialPassword();
        }
        return change;
    }

    /** Signs somebody out of all browsers. */
    public void endSessions(Actor by, User user) {
        database.write(tx -> {
            sessions.revokeAll(tx, user.id());
            audit.record(tx, by, "session.revoke", "user " + user.username(), "all");
            return 0;
        });
    }

    public void setLanguage(UserId id, String language) {
        database.write(tx -> {
            UserStore.setLanguage(tx.sql(), id, language);
            return 0;
        });
    }

    private void invitation(Tx tx, User user, String secret) {
        UserStore.invite(
                tx.sql(), user.id(), Secrets.hash(secret), clock.instant().plus(INVITATION));
    }

    /** Whether this is the one-time password of the first start, which is still written down in the data folder. */
    public boolean isInitialPassword(User user, String password) {
        if (!user.username().equals(InitialRoot.USERNAME)) {
            return false;
        }
        try {
            return Files.readString(initialPasswordFile).strip().equals(password.strip());
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + initialPasswordFile, e);
        }
    }

    private void deleteInitialPassword() {
        try {
            Files.deleteIfExists(initialPasswordFile);
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + initialPasswordFile + " by hand: its password is used up", e);
        }
    }
}
