package dev.tandem.server.identity;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jooq.DSLContext;

/** The people who have an account. Safe for use by many threads. */
public final class Users {
    private static final Pattern USERNAME =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,61}[A-Za-z0-9_-]|[A-Za-z0-9_]");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,190}");
    private static final int LONGEST_NAME = 255;

    private final Database database;
    private final Clock clock;

    Users(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    public Optional<User> find(UserId id) {
        return database.read(sql -> UserStore.find(sql, id));
    }

    /** The same inside a transaction of the caller. */
    public Optional<User> find(DSLContext sql, UserId id) {
        return UserStore.find(sql, id);
    }

    /** @param username without regard to capitals */
    public Optional<User> find(String username) {
        return database.read(sql -> UserStore.find(sql, username));
    }

    /** By username. */
    public List<User> list(UserFilter filter, int offset, int limit) {
        return database.read(sql -> UserStore.list(sql, filter, offset, limit));
    }

    public int count(UserFilter filter) {
        return database.read(sql -> UserStore.count(sql, filter));
    }

    /** Empty when there is no such user. */
    public Optional<UserActivity> activity(UserId id) {
        return database.read(sql -> UserStore.activity(sql, id));
    }

    /** Makes an account that nobody can sign in to until it gets a password, and its namespace. */
    public UserCreation create(Tx tx, String username, String name, String email, boolean admin) {
        if (!validUsername(username)) {
            return new UserCreation.Invalid("username");
        }
        if (!validName(name)) {
            return new UserCreation.Invalid("name");
        }
        if (!validEmail(email)) {
            return new UserCreation.Invalid("email");
        }
        NamespaceStore namespaces = new NamespaceStore(tx.sql());
        if (namespaces.isTaken(username)) {
            return new UserCreation.UsernameTaken();
        }
        Optional<User> made = UserStore.insert(tx.sql(), username, name.strip(), email, admin, clock.instant());
        made.ifPresent(user -> namespaces.insertUser(user, clock.instant()));
        return made.<UserCreation>map(UserCreation.Created::new).orElseGet(UserCreation.UsernameTaken::new);
    }

    /** The language this user chose, as a BCP 47 tag. */
    public Optional<String> language(UserId id) {
        return database.read(sql -> UserStore.language(sql, id));
    }

    static boolean validName(String name) {
        return !name.isBlank() && name.length() <= LONGEST_NAME && name.chars().noneMatch(Character::isISOControl);
    }

    static boolean validEmail(String email) {
        return EMAIL.matcher(email).matches();
    }

    private static boolean validUsername(String username) {
        return USERNAME.matcher(username).matches()
                && PathSegment.checkFirst(username).isEmpty();
    }
}
