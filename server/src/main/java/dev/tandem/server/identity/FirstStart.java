package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Makes the first administrator, before the server takes requests. */
final class FirstStart implements SmartInitializingSingleton {
    private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);

    private final Database database;
    private final Users users;
    private final Sessions sessions;
    private final PersonalTokens tokens;
    private final Passwords passwords;
    private final Audit audit;
    private final InitialRoot initial;
    private final Path file;

    FirstStart(
            Database database,
            Users users,
            Sessions sessions,
            PersonalTokens tokens,
            Passwords passwords,
            Audit audit,
            InitialRoot initial,
            Settings settings) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.tokens = tokens;
        this.passwords = passwords;
        this.audit = audit;
        this.initial = initial;
        this.file = settings.data().resolve(InitialRoot.FILE);
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (database.read(UserStore::anyExists)) {
            replaceUsedUp();
            return;
        }
        String given = initial.password();
        String password = given == null ? oneTime() : given;
        String hash = passwords.hash(password);
        database.write(tx -> {
            makeRoot(tx, hash, given == null);
            return 0;
        });
        if (given == null) {
            tell("First start", password);
        }
    }

    /** Somebody signed in with the one-time password, but chose no other: without a new one nobody could come in. */
    private void replaceUsedUp() {
        Optional<User> stranded = database.read(
                        sql -> UserStore.login(sql, USERS.USERNAME_KEY.eq(UserStore.key(InitialRoot.USERNAME))))
                .filter(login -> login.oneTime() && login.passwordHash().isEmpty())
                .map(UserStore.Login::user);
        if (stranded.isEmpty()) {
            return;
        }
        String password = oneTime();
        String hash = passwords.hash(password);
        UserId root = stranded.get().id();
        database.write(tx -> {
            UserStore.setPassword(tx.sql(), root, hash, true);
            sessions.revokeAll(tx, root);
            audit.record(tx, Actor.ANONYMOUS, "user.password", "user root", "new one-time password at start");
            return 0;
        });
        tell("The one-time password was used but never replaced", password);
    }

    /** Written down before the account has it: if we die in between, the next start begins again with a new one. */
    private String oneTime() {
        String password = Secrets.random();
        write(password);
        return password;
    }

    private void tell(String why, String password) {
        LOG.info(
                "{}: sign in as {} with the one-time password {} (also in {}); it works once, and you choose your own then.",
                why,
                InitialRoot.USERNAME,
                password,
                file);
    }

    private void makeRoot(Tx tx, String hash, boolean oneTime) {
        UserCreation creation = users.create(tx, InitialRoot.USERNAME, "Administrator", "root@localhost", true);
        if (!(creation instanceof UserCreation.Created(User root))) {
            throw new IllegalStateException("cannot make the first administrator: " + creation);
        }
        UserStore.setPassword(tx.sql(), root.id(), hash, oneTime);
        if (initial.token() != null) {
            tokens.create(tx, root.id(), "initial", Set.of(TokenScope.API), Optional.empty(), initial.token());
        }
        audit.record(tx, Actor.ANONYMOUS, "user.create", "user root", "first start");
    }

    private void write(String password) {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            try (FileChannel channel = FileChannel.open(
                    file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
                channel.write(ByteBuffer.wrap((password + "\n").getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
