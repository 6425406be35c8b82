package dev.tandem.server.code;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Which tags of a project only some people may make. Safe for use by many threads. */
@Component
public final class ProtectedTags {
    /** More rules than this cannot be made for one project. */
    static final int MOST = 500;

    private final Database database;
    private final Audit audit;
    private final Clock clock;

    ProtectedTags(Database database, Audit audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    public List<ProtectedTag> list(long projectId) {
        return database.read(sql -> new ProtectedTagStore(sql).list(projectId, MOST));
    }

    /** @param tag short name */
    public boolean isProtected(long projectId, String tag) {
        return list(projectId).stream().anyMatch(rule -> rule.covers(tag));
    }

    /**
     * @param name a tag, or a pattern with {@code *}; at most 255 characters
     * @param create from which role on people may make it; empty: nobody
     * @return the new rule; empty when one of this name exists, or the project has as many as it can
     */
    public Optional<ProtectedTag> protect(Actor actor, ProjectFacts project, String name, Optional<Role> create) {
        return database.write(tx -> {
            ProtectedTagStore store = new ProtectedTagStore(tx.sql());
            boolean made = store.list(project.id(), MOST).size() < MOST
                    && store.insert(project.id(), name, create, clock.instant());
            if (!made) {
                return Optional.empty();
            }
            audit.record(
                    tx,
                    actor,
                    "protected_tag.create",
                    project.fullPath(),
                    name + " " + create.map(Role::name).orElse("nobody"));
            return store.list(project.id(), MOST).stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst();
        });
    }

    /** @return whether there was such a rule */
    public boolean unprotect(Actor actor, ProjectFacts project, String name) {
        return database.write(tx -> {
            boolean deleted = new ProtectedTagStore(tx.sql()).delete(project.id(), name);
            if (deleted) {
                audit.record(tx, actor, "protected_tag.delete", project.fullPath(), name);
            }
            return deleted;
        });
    }
}
