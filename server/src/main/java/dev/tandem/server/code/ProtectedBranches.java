package dev.tandem.server.code;

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

    private final Database database;
    private final Clock clock;

    ProtectedBranches(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    public List<ProtectedBranch> list(long projectId) {
        return database.read(sql -> new ProtectedBranchStore(sql).list(projectId, MOST));
    }

    /** @param ref a branch's short name, or a full ref; tags are never protected here */
    public boolean isProtected(long projectId, String ref) {
        if (ref.startsWith("refs/") && !ref.startsWith(BRANCHES)) {
            return false;
        }
        String branch = ref.startsWith(BRANCHES) ? ref.substring(BRANCHES.length()) : ref;
        return list(projectId).stream().anyMatch(rule -> rule.covers(branch));
    }

    /** @return the new rule; empty when one of this name exists */
    public Optional<ProtectedBranch> protect(
            long projectId, String name, Optional<Role> push, Optional<Role> merge, boolean allowForcePush) {
        return database.write(tx -> {
            ProtectedBranchStore store = new ProtectedBranchStore(tx.sql());
            return store.list(projectId, MOST).size() < MOST
                            && store.insert(projectId, name, push, merge, allowForcePush, clock.instant())
                    ? store.list(projectId, MOST).stream()
                            .filter(rule -> rule.name().equals(name))
                            .findFirst()
                    : Optional.empty();
        });
    }

    /** @return whether there was such a rule */
    public boolean unprotect(long projectId, String name) {
        return database.write(tx -> new ProtectedBranchStore(tx.sql()).delete(projectId, name));
    }
}
