package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.MemberChange;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Role;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
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

    /** @throws AccessRefused when {@code role} is above the actor's own, or the user is deleted */
    MemberChange add(Actor actor, MemberPlace place, User user, Role role, Optional<LocalDate> expiresOn) {
        reach(actor, place, role);
        if (user.state() == User.State.DELETED) {
            throw new AccessRefused(404);
        }
        return noted(
                actor,
                "member.add",
                place,
                user.username() + " as " + word(role) + until(expiresOn),
                tx -> members.add(tx, place.source(), user.id(), role, expiresOn, actor.userId()));
    }

    /** @throws AccessRefused when the old or the new role is above the actor's own */
    MemberChange change(Actor actor, MemberPlace place, User user, Role role, Optional<LocalDate> expiresOn) {
        reach(actor, place, role);
        reachPresent(actor, place, user);
        return noted(
                actor,
                "member.change",
                place,
                user.username() + " to " + word(role) + until(expiresOn),
                tx -> members.change(tx, place.source(), user.id(), role, expiresOn));
    }

    /** @throws AccessRefused when the member's role is above the actor's own */
    MemberChange remove(Actor actor, MemberPlace place, User user) {
        reachPresent(actor, place, user);
        return noted(
                actor, "member.remove", place, user.username(), tx -> members.remove(tx, place.source(), user.id()));
    }

    private MemberChange noted(
            Actor actor, String action, MemberPlace place, String detail, Function<Tx, MemberChange> act) {
        return database.write(tx -> {
            MemberChange change = act.apply(tx);
            if (change instanceof MemberChange.Done) {
                audit.record(tx, actor, action, place.fullPath(), detail);
            }
            return change;
        });
    }

    private void reachPresent(Actor actor, MemberPlace place, User user) {
        members.directRole(place.source(), user.id()).ifPresent(role -> reach(actor, place, role));
    }

    private void reach(Actor actor, MemberPlace place, Role role) {
        boolean enough = access.effectiveRole(actor, place.source())
                .filter(own -> own.atLeast(role))
                .isPresent();
        if (!enough) {
            throw new AccessRefused(403, "identity.members.above");
        }
    }

    private static String until(Optional<LocalDate> expiresOn) {
        return expiresOn.map(day -> " until " + day).orElse("");
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
