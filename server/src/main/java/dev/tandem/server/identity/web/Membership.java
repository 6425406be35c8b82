package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.MemberChange;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Role;
import java.util.Locale;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Changes members on somebody's behalf: nobody gives, changes or takes away a role above their own. Notes each change. */
@Component
final class Membership {
    private final Database database;
    private final Members members;
    private final Access access;
    private final Audit audit;

    Membership(Database database, Members members, Access access, Audit audit) {
        this.database = database;
        this.members = members;
        this.access = access;
        this.audit = audit;
    }

    /** @throws AccessRefused when {@code role} is above the actor's own */
    MemberChange add(Actor actor, ProjectFacts project, User user, Role role) {
        reach(actor, project, role);
        return noted(
                actor,
                "member.add",
                project,
                user.username() + " as " + word(role),
                tx -> members.add(tx, project.id(), user.id(), role, actor.userId()));
    }

    /** @throws AccessRefused when the old or the new role is above the actor's own */
    MemberChange change(Actor actor, ProjectFacts project, User user, Role role) {
        reach(actor, project, role);
        reachPresent(actor, project, user);
        return noted(
                actor,
                "member.change",
                project,
                user.username() + " to " + word(role),
                tx -> members.change(tx, project.id(), user.id(), role));
    }

    /** @throws AccessRefused when the member's role is above the actor's own */
    MemberChange remove(Actor actor, ProjectFacts project, User user) {
        reachPresent(actor, project, user);
        return noted(
                actor, "member.remove", project, user.username(), tx -> members.remove(tx, project.id(), user.id()));
    }

    private MemberChange noted(
            Actor actor, String action, ProjectFacts project, String detail, Function<Tx, MemberChange> act) {
        return database.write(tx -> {
            MemberChange change = act.apply(tx);
            if (change instanceof MemberChange.Done) {
                audit.record(tx, actor, action, project.fullPath(), detail);
            }
            return change;
        });
    }

    private void reachPresent(Actor actor, ProjectFacts project, User user) {
        members.role(project.id(), user.id()).ifPresent(role -> reach(actor, project, role));
    }

    private void reach(Actor actor, ProjectFacts project, Role role) {
        boolean enough = access.effectiveRole(actor, project.id())
                .filter(own -> own.atLeast(role))
                .isPresent();
        if (!enough) {
            throw new AccessRefused(403, "identity.members.above");
        }
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
