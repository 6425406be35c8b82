package dev.tandem.server.build;

import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.code.ProtectedTags;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Role;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Who may start things: on a protected ref only those who may push or merge there, since its jobs see protected variables. */
@Component
public final class RunRights {
    private final Access access;
    private final ProtectedBranches branches;
    private final ProtectedTags tags;

    RunRights(Access access, ProtectedBranches branches, ProtectedTags tags) {
        this.access = access;
        this.branches = branches;
        this.tags = tags;
    }

    public boolean mayRun(Actor actor, ProjectFacts project, String ref, boolean tag) {
        if (!access.decide(actor, Permission.RUN_PIPELINE, project).isAllowed()) {
            return false;
        }
        List<List<Optional<Role>>> rules = tag ? tagRules(project, ref) : branchRules(project, ref);
        Optional<Role> role = access.effectiveRole(actor, project.id());
        return rules.isEmpty()
                || rules.stream()
                        .flatMap(List::stream)
                        .flatMap(Optional::stream)
                        .anyMatch(needed ->
                                role.filter(held -> held.atLeast(needed)).isPresent());
    }

    /** For each rule the roles of which one is enough. */
    private List<List<Optional<Role>>> branchRules(ProjectFacts project, String branch) {
        return branches.list(project.id()).stream()
                .filter(rule -> rule.covers(branch))
                .map(rule -> List.of(rule.push(), rule.merge()))
                .toList();
    }

    private List<List<Optional<Role>>> tagRules(ProjectFacts project, String tag) {
        return tags.list(project.id()).stream()
                .filter(rule -> rule.covers(tag))
                .map(rule -> List.of(rule.create()))
                .toList();
    }
}
