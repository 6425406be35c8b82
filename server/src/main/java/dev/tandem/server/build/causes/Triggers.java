package dev.tandem.server.build.causes;

import dev.tandem.server.build.runners.Tokens;
import dev.tandem.server.build.schedule.Given;
import dev.tandem.server.build.store.TriggerRecord;
import dev.tandem.server.build.store.TriggerStore;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Tokens with which machines start pipelines of one project, in the name and with the rights of whoever made them. Only hashes are
 * stored. Safe for use by many threads.
 */
public final class Triggers {
    /** What a token's description may be at most. */
    public static final int LONGEST_DESCRIPTION = 255;

    private static final int MOST = 100;
    private static final int SHOWN = 10;

    private final Database database;
    private final TriggerStore store;
    private final Starting starting;
    private final Users users;
    private final Audit audit;
    private final Clock clock;

    public Triggers(Database database, TriggerStore store, Starting starting, Users users, Audit audit, Clock clock) {
        this.database = database;
        this.store = store;
        this.starting = starting;
        this.users = users;
        this.audit = audit;
        this.clock = clock;
    }

    /** A token just made; nobody can read it again. */
    public record Made(TriggerRecord trigger, String token) {}

    public List<TriggerRecord> list(ProjectFacts project) {
        return database.read(sql -> store.list(sql, project.id(), MOST));
    }

    public Optional<TriggerRecord> find(ProjectFacts project, long id) {
        return database.read(sql -> store.find(sql, project.id(), id));
    }

    /** Empty when the project has as many as it may have. */
    public Optional<Made> create(Actor by, ProjectFacts project, String description) {
        String token = Tokens.ofTrigger();
        TriggerRecord wanted = new TriggerRecord(
                0,
                project.id(),
                description,
                token.substring(0, SHOWN),
                by.userId().orElseThrow().value(),
                clock.instant(),
                null);
        return database.write(tx -> {
            if (store.list(tx.sql(), project.id(), MOST).size() >= MOST) {
                return Optional.empty();
            }
            TriggerRecord made = store.insert(tx.sql(), wanted, Tokens.hash(token));
            audit.record(tx, by, "trigger.create", project.fullPath(), told(made));
            return Optional.of(new Made(made, token));
        });
    }

    public void describe(Actor by, ProjectFacts project, TriggerRecord trigger, String description) {
        database.write(tx -> {
            store.describe(tx.sql(), trigger.id(), description);
            audit.record(tx, by, "trigger.update", project.fullPath(), told(trigger) + " → " + description);
            return trigger;
        });
    }

    /** False when there was none. */
    public boolean delete(Actor by, ProjectFacts project, long id) {
        return database.write(tx -> {
            Optional<TriggerRecord> found = store.find(tx.sql(), project.id(), id);
            found.ifPresent(trigger -> audit.record(tx, by, "trigger.delete", project.fullPath(), told(trigger)));
            return store.delete(tx.sql(), project.id(), id);
        });
    }

    /** Starts a pipeline; empty when the token is none of this project's. */
    public Optional<Starting.Outcome> fire(ProjectFacts project, String token, String ref, Given given) {
        return database.read(sql -> store.ofToken(sql, project.id(), Tokens.hash(token)))
                .map(trigger -> fire(project, trigger, ref, given));
    }

    private Starting.Outcome fire(ProjectFacts project, TriggerRecord trigger, String ref, Given given) {
        Optional<User> owner = users.find(new UserId(trigger.ownerId()));
        if (owner.isEmpty()) {
            return new Starting.Outcome.Forbidden();
        }
        Starting.Outcome outcome =
                starting.start(new Actor.Person(owner.get(), TokenScope.all()), project, ref, "trigger", given);
        database.write(tx -> {
            store.used(tx.sql(), trigger.id(), clock.instant());
            return trigger;
        });
        return outcome;
    }

    private static String told(TriggerRecord trigger) {
        return "#" + trigger.id() + " " + trigger.tokenStart() + "… " + trigger.description();
    }
}
