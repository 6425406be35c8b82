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

/** Which branches of a project only some people may move. Safe for use by many threads. */
@Component
public final class ProtectedBranches {
    /** More rules than this cannot be made for one project. */
    static final int MOST = 500;

    private static final String BRANCHES = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    private final Database database;
    private final Audit audit;
    private final Clock clock;

    ProtectedBranches(Database database, Audit audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    public List<ProtectedBranch> list(long projectId) {
        return database.read(sql -> new ProtectedBranchStore(sql).list(projectId, MOST));
    }

    /** @param ref a branch's short name, or a full ref; of tags the rules for tags decide */
    public boolean isProtected(long projectId, String ref) {
        if (ref.startsWith(TAGS)) {
            String tag = ref.substring(TAGS.length());
            return database.read(sql -> new ProtectedTagStore(sql).list(projectId, ProtectedTags.MOST)).stream()
                    .anyMatch(rule -> rule.covers(tag));
        }
        if (ref.startsWith("refs/") && !ref.startsWith(BRANCHES)) {
            return false;
        }
        String branch = ref.startsWith(BRANCHES) ? ref.substring(BRANCHES.length()) : ref;
        return list(projectId).stream().anyMatch(rule -> rule.covers(branch));
    }

    /**
     * A rule to be made.
     *
     * @param name a branch, or a pattern with {@code *}; at most 255 characters
     */
    public record Rule(String name, Optional<Role> push, Optional<Role> merge, boolean allowForcePush) {}

    /** @return the new rule; empty when one of this name exists, or the project has as many as it can */
    public Optional<ProtectedBranch> protect(Actor actor, ProjectFacts project, Rule rule) {
        return database.write(tx -> {
            ProtectedBranchStore store = new ProtectedBranchStore(tx.sql());
            boolean made =
                    store.list(project.id(), MOST).size() < MOST && store.insert(project.id(), rule, clock.instant());
            if (!made) {
                return Optional.empty();
            }
            audit.record(tx, actor, "protected_branch.create", project.fullPath(), rule.toString());
            return store.list(project.id(), MOST).stream()
                    .filter(candidate -> candidate.name().equals(rule.name()))
                    .findFirst();
        });
    }

    /** @return the rule as it is now; empty when there is none of this name */
    public Optional<ProtectedBranch> change(Actor actor, ProjectFacts project, Rule rule) {
        return database.write(tx -> {
            ProtectedBranchStore store = new ProtectedBranchStore(tx.sql());
            if (!store.update(project.id(), rule)) {
                return Optional.empty();
            }
            audit.record(tx, actor, "protected_branch.edit", project.fullPath(), rule.toString());
            return store.list(project.id(), MOST).stream()
                    .filter(candidate -> candidate.name().equals(rule.name()))
                    .findFirst();
        });
    }

    /** @return whether there was such a rule */
    public boolean unprotect(Actor actor, ProjectFacts project, String name) {
        return database.write(tx -> {
            boolean deleted = new ProtectedBranchStore(tx.sql()).delete(project.id(), name);
            if (deleted) {
                audit.record(tx, actor, "protected_branch.delete", project.fullPath(), name);
            }
            return deleted;
        });
    }
}
