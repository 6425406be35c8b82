package dev.tandem.server.build;

import dev.tandem.server.code.ProtectedBranch;
import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Role;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Who may start things: on a protected ref only those who may push or merge there, since its jobs see protected variables. */
@Component
public final class RunRights {
    private final Access access;
    private final ProtectedBranches branches;

    RunRights(Access access, ProtectedBranches branches) {
        this.access = access;
        this.branches = branches;
    }

    public boolean mayRun(Actor actor, ProjectFacts project, String ref, boolean tag) {
        if (!access.decide(actor, Permission.RUN_PIPELINE, project).isAllowed()) {
            return false;
        }
        List<ProtectedBranch> rules = tag
                ? List.of()
                : branches.list(project.id()).stream()
                        .filter(rule -> rule.covers(ref))
                        .toList();
        Optional<Role> role = access.effectiveRole(actor, project.id());
        return rules.isEmpty()
                || rules.stream()
                        .flatMap(rule -> Stream.of(rule.push(), rule.merge()))
                        .flatMap(Optional::stream)
                        .anyMatch(needed ->
                                role.filter(held -> held.atLeast(needed)).isPresent());
    }
}
