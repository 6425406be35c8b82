package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.AUTHENTICATORS;
import static dev.tandem.server.platform.tables.Tables.IDENTITIES;
import static dev.tandem.server.platform.tables.Tables.MEMBERS;
import static dev.tandem.server.platform.tables.Tables.MEMBER_INVITATIONS;
import static dev.tandem.server.platform.tables.Tables.PASSKEYS;
import static dev.tandem.server.platform.tables.Tables.PASSWORD_RESETS;
import static dev.tandem.server.platform.tables.Tables.PERSONAL_TOKENS;
import static dev.tandem.server.platform.tables.Tables.RECOVERY_CODES;
import static dev.tandem.server.platform.tables.Tables.SECOND_STEPS;
import static dev.tandem.server.platform.tables.Tables.SSH_KEYS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.Translator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jooq.TableField;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Takes the right to do anything here from people: blocked until an administrator brings them back, deactivated until they sign
 * in, or deleted for ever. Safe for use by many threads.
 */
public final class Departures {
    /** What is somebody's own and goes with them. */
    private static final List<TableField<?, Long>> OWN = List.of(
            PERSONAL_TOKENS.USER_ID,
            SSH_KEYS.USER_ID,
            PASSKEYS.USER_ID,
            AUTHENTICATORS.USER_ID,
            RECOVERY_CODES.USER_ID,
            SECOND_STEPS.USER_ID,
            IDENTITIES.USER_ID,
            PASSWORD_RESETS.USER_ID,
            MEMBERS.USER_ID,
            MEMBER_INVITATIONS.CREATED_BY_ID);

    private final Database database;
    private final Members members;
    private final Sessions sessions;
    private final ObjectProvider<GroupProjects> projects;
    private final Audit audit;
    private final Settings settings;

    Departures(
            Database database,
            Members members,
            Sessions sessions,
            ObjectProvider<GroupProjects> projects,
            Audit audit,
            Settings settings) {
        this.database = database;
        this.members = members;
        this.sessions = sessions;
        this.projects = projects;
        this.audit = audit;
        this.settings = settings;
    }

    /** Ends all sessions; tokens and keys do not work while it lasts. Nothing happens to somebody who is blocked already. */
    public Departure block(Actor by, UserId id) {
        return with(id, (tx, user) -> switch (user.state()) {
            case BLOCKED, DELETED -> new Departure.Done(user);
            case ACTIVE, DEACTIVATED -> leave(tx, by, user, User.State.BLOCKED, "user.block");
        });
    }

    public Departure unblock(Actor by, UserId id) {
        return with(id, (tx, user) -> switch (user.state()) {
            case ACTIVE -> new Departure.Done(user);
            case BLOCKED -> move(tx, by, user, User.State.ACTIVE, "user.unblock");
            case DEACTIVATED, DELETED -> new Departure.NotFrom(user.state());
        });
    }

    /** Ends all sessions; tokens and keys do not work until the next sign-in or {@link #activate}. */
    public Departure deactivate(Actor by, UserId id) {
        return with(id, (tx, user) -> switch (user.state()) {
            case DEACTIVATED -> new Departure.Done(user);
            case ACTIVE -> leave(tx, by, user, User.State.DEACTIVATED, "user.deactivate");
            case BLOCKED, DELETED -> new Departure.NotFrom(user.state());
        });
    }

    public Departure activate(Actor by, UserId id) {
        return with(id, (tx, user) -> switch (user.state()) {
            case ACTIVE -> new Departure.Done(user);
            case DEACTIVATED -> move(tx, by, user, User.State.ACTIVE, "user.activate");
            case BLOCKED, DELETED -> new Departure.NotFrom(user.state());
        });
    }

    /**
     * Deletes an account with what proves it, its roles and the projects of its own namespace. What they did elsewhere stays
     * and names a deleted user; username and address are free again.
     */
    public Departure delete(Actor by, UserId id) {
        return with(id, (tx, user) -> {
            if (user.state() == User.State.DELETED) {
                return new Departure.NoSuchUser();
            }
            Optional<Departure> refused = refusal(tx, by, user);
            if (refused.isPresent()) {
                return refused.get();
            }
            List<String> groups = members.soleOwnerOf(tx, user.id());
            if (!groups.isEmpty()) {
                return new Departure.SoleOwner(groups);
            }
            int deleted = deleteOwnProjects(tx, by, user);
            OWN.forEach(owner -> tx.sql()
                    .deleteFrom(owner.getTable())
                    .where(owner.eq(user.id().value()))
                    .execute());
            sessions.revokeAll(tx, user.id());
            String name = Translator.of(settings.language()).text(Text.of("identity.users.deleted-user"));
            UserStore.erase(tx.sql(), user.id(), freeUsername(tx, user.id()), name);
            tx.publish(new UserDeleted(user.id()));
            audit.record(
                    tx, by, "user.delete", "user " + user.username(), "with " + deleted + " projects of their own");
            return new Departure.Done(user);
        });
    }

    /** How many projects would be deleted with this user. */
    public int ownProjects(User user) {
        return database.read(sql -> new NamespaceStore(sql)
                .ofUser(user.id())
                .map(namespace ->
                        new NamespaceStore(sql).projectsBelow(namespace.id()).size())
                .orElse(0));
    }

    private int deleteOwnProjects(Tx tx, Actor by, User user) {
        NamespaceStore store = new NamespaceStore(tx.sql());
        Optional<Namespace> own = store.ofUser(user.id());
        List<Long> below =
                own.map(namespace -> store.projectsBelow(namespace.id())).orElse(List.of());
        projects.forEach(code -> below.forEach(project -> code.delete(tx, by, project)));
        own.ifPresent(namespace -> store.delete(namespace.id()));
        return below.size();
    }

    /** Somebody may have chosen it long ago. */
    private static String freeUsername(Tx tx, UserId id) {
        String username = "deleted-" + id;
        while (new NamespaceStore(tx.sql()).isTaken(username)) {
            username += "-";
        }
        return username;
    }

    private Departure with(UserId id, BiFunction<Tx, User, Departure> act) {
        return database.write(tx ->
                UserStore.find(tx.sql(), id).map(user -> act.apply(tx, user)).orElseGet(Departure.NoSuchUser::new));
    }

    private Departure leave(Tx tx, Actor by, User user, User.State to, String action) {
        Optional<Departure> refused = refusal(tx, by, user);
        if (refused.isPresent()) {
            return refused.get();
        }
        sessions.revokeAll(tx, user.id());
        return move(tx, by, user, to, action);
    }

    private Departure move(Tx tx, Actor by, User user, User.State to, String action) {
        if (UserStore.setState(tx.sql(), user.id(), user.state(), to)) {
            audit.record(tx, by, action, "user " + user.username(), "");
        }
        return new Departure.Done(user);
    }

    private static Optional<Departure> refusal(Tx tx, Actor by, User user) {
        if (user.admin() && !UserStore.otherActiveAdminExists(tx.sql(), user.id())) {
            return Optional.of(new Departure.LastAdministrator());
        }
        return by.userId().filter(user.id()::equals).map(self -> new Departure.Yourself());
    }
}
