package dev.tandem.server.code;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.SshKeys;
import dev.tandem.server.identity.SshPublicKey;
import dev.tandem.server.platform.Database;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The keys by which machines reach projects over SSH. One key may stand in several projects; a key that is a person's own is
 * no deploy key, since it says who connects. Safe for use by many threads.
 */
@Component
public class DeployKeys {
    /** A project with more has lost the overview. */
    static final int MOST = 100;

    private static final int LONGEST_TITLE = 255;

    private final Database database;
    private final SshKeys people;
    private final Audit audit;
    private final Clock clock;

    DeployKeys(Database database, SshKeys people, Audit audit, Clock clock) {
        this.database = database;
        this.people = people;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param expiresAt end of validity; empty for none */
    public record Wanted(String title, boolean canPush, Optional<Instant> expiresAt) {}

    /** What came of adding a key. */
    public sealed interface Addition {
        record Added(DeployKey key) implements Addition {}

        /**
         * Not added.
         *
         * @param code stable word: {@code private}, {@code unreadable}, {@code weak}, {@code taken}, {@code too-many}
         */
        record Refused(String code) implements Addition {}
    }

    /**
     * @param pasted the line of a {@code .pub} file
     * @param wanted an empty title takes the key's own comment
     */
    public Addition add(Actor.Person actor, ProjectFacts project, String pasted, Wanted wanted) {
        return switch (SshPublicKey.read(pasted)) {
            case SshPublicKey.Reading.Refused refused ->
                new Addition.Refused(refused.fault().word());
            case SshPublicKey.Reading.Read read
            when people.isSomebodys(read.key().fingerprint()) -> new Addition.Refused("taken");
            case SshPublicKey.Reading.Read read -> add(actor, project, read.key(), wanted);
        };
    }

    private Addition add(Actor.Person actor, ProjectFacts project, SshPublicKey key, Wanted wanted) {
        String title = wanted.title().isBlank() ? key.comment() : wanted.title().strip();
        String named = title(title.isBlank() ? key.fingerprint() : title);
        return database.write(tx -> {
            DeployKeyStore store = new DeployKeyStore(tx.sql());
            if (store.count(project.id()) >= MOST) {
                return new Addition.Refused("too-many");
            }
            Optional<DeployKey> added = store.insert(
                    project.id(),
                    new Wanted(named, wanted.canPush(), wanted.expiresAt()),
                    key,
                    actor.user().id(),
                    clock.instant());
            if (added.isEmpty()) {
                return new Addition.Refused("taken");
            }
            audit.record(
                    tx,
                    actor,
                    "deploy_key.create",
                    project.fullPath(),
                    key.fingerprint() + (wanted.canPush() ? " may push" : ""));
            return new Addition.Added(added.get());
        });
    }

    /** Newest first. */
    public List<DeployKey> list(long projectId, int offset, int limit) {
        return database.read(sql -> new DeployKeyStore(sql).list(projectId, offset, limit));
    }

    public int count(long projectId) {
        return database.read(sql -> new DeployKeyStore(sql).count(projectId));
    }

    /** A key of this project. */
    public Optional<DeployKey> find(long projectId, long id) {
        return database.read(sql -> new DeployKeyStore(sql).find(projectId, id));
    }

    /**
     * Changes title and right to push. Only whoever added a key can let it push: it does so in that person's name.
     *
     * @return whether it was changed
     */
    public boolean edit(Actor.Person actor, ProjectFacts project, DeployKey key, String title, boolean canPush) {
        if (canPush && !key.canPush() && !key.creator().equals(actor.user().id())) {
            return false;
        }
        return database.write(tx -> {
            boolean done = new DeployKeyStore(tx.sql()).edit(project.id(), key.id(), title(title), canPush);
            if (done) {
                audit.record(
                        tx,
                        actor,
                        "deploy_key.edit",
                        project.fullPath(),
                        key.fingerprint() + (canPush ? " may push" : " reads only"));
            }
            return done;
        });
    }

    /** @return whether there was such a key */
    public boolean delete(Actor actor, ProjectFacts project, DeployKey key) {
        return database.write(tx -> {
            boolean done = new DeployKeyStore(tx.sql()).delete(project.id(), key.id());
            if (done) {
                audit.record(tx, actor, "deploy_key.delete", project.fullPath(), key.fingerprint());
            }
            return done;
        });
    }

    /** Whether it opens any project; the caller has proof that the other side holds the private half, or asks for it next. */
    public boolean isKnown(PublicKey key) {
        return !of(key).isEmpty();
    }

    /** What it is in this project. */
    public Optional<DeployKey> of(PublicKey key, long projectId) {
        return of(key).stream().filter(each -> each.projectId() == projectId).findFirst();
    }

    /** One that is still good. */
    public Optional<DeployKey> findLive(long id) {
        return database.read(sql -> new DeployKeyStore(sql).findLive(id, clock.instant()));
    }

    /** Notes that a machine came in with it. */
    public void used(DeployKey key) {
        database.write(tx -> {
            new DeployKeyStore(tx.sql()).used(key.id(), clock.instant());
            return key;
        });
    }

    private List<DeployKey> of(PublicKey key) {
        return database.read(
                sql -> new DeployKeyStore(sql).withFingerprint(SshPublicKey.fingerprint(key), clock.instant()));
    }

    private static String title(String title) {
        return title.length() <= LONGEST_TITLE ? title : title.substring(0, LONGEST_TITLE);
    }
}
