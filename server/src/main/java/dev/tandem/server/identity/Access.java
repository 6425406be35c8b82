package dev.tandem.server.identity;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Role;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides who may do what with a project or group. Safe for use by many threads. */
public final class Access {
    private static final Decision ALLOWED = new Decision.Allowed();
    /** What a job may do besides reading. */
    private static final Set<Permission> OF_JOBS = Set.of(Permission.DEPLOY, Permission.RELEASE);

    /** What owners may still do to what is marked for deletion, besides reading. */
    private static final Set<Permission> UNDO = Set.of(Permission.DELETE_PROJECT, Permission.DELETE_GROUP);

    private static final Decision HIDDEN = new Decision.Hidden();

    private final Members members;
    private final Users users;

    Access(Members members, Users users) {
        this.members = members;
        this.users = users;
    }

    /**
     * What {@code actor} gets for asking.
     *
     * @throws IllegalArgumentException when {@code permission} is not one of a project
     */
    public Decision decide(Actor actor, Permission permission, ProjectFacts project) {
        if (permission.scope() != Permission.Scope.PROJECT) {
            throw new IllegalArgumentException(permission + " is not a permission of a project");
        }
        return decide(actor, effectiveRole(actor, project.id()), permission, project);
    }

    /** Of what is marked for deletion its owners may see all, bring it back, or delete it for good; nobody else anything. */
    private static Optional<Decision> ofMarked(Optional<Role> role, Permission permission) {
        if (role.filter(Role.OWNER::equals).isEmpty()) {
            return Optional.of(HIDDEN);
        }
        return permission.publicToo() || UNDO.contains(permission)
                ? Optional.empty()
                : Optional.of(new Decision.Forbidden("This is marked for deletion. Restore it first."));
    }

    /**
     * What {@code actor} gets for asking. Who is a member of something below a group sees the group.
     *
     * @throws IllegalArgumentException when {@code permission} is not one of a group
     */
    public Decision decide(Actor actor, Permission permission, Namespace group) {
        if (permission.scope() != Permission.Scope.GROUP) {
            throw new IllegalArgumentException(permission + " is not a permission of a group");
        }
        return decide(actor, effectiveRole(actor, MemberSource.of(group)), permission, group);
    }

    private Decision decide(Actor actor, Optional<Role> role, Permission permission, Namespace group) {
        Optional<Decision> ofMarked = group.mark().flatMap(mark -> ofMarked(role, permission));
        if (ofMarked.isPresent()) {
            return ofMarked.get();
        }
        Decision decision = switch (actor) {
            case Actor.Person person -> person(person, role, permission, group.isPublic());
            case Actor.Job job -> byRole(role, permission, group.isPublic(), "A job token does not allow this.");
            case Actor.Anonymous() -> byRole(role, permission, group.isPublic(), "Sign in to do this.");
        };
        if (decision instanceof Decision.Hidden
                && actor instanceof Actor.Person person
                && !person.user().blocked()
                && members.isMemberBelow(group.id(), person.user().id())) {
            return permission == Permission.READ_GROUP ? ALLOWED : new Decision.Forbidden(missing(permission));
        }
        return decision;
    }

    /** All that {@code actor} may do with a group. */
    public Set<Permission> held(Actor actor, Namespace group) {
        Optional<Role> role = effectiveRole(actor, MemberSource.of(group));
        return Arrays.stream(Permission.values())
                .filter(permission -> permission.scope() == Permission.Scope.GROUP)
                .filter(permission -> decide(actor, role, permission, group).isAllowed())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether {@code actor} may make projects there: in the own namespace, and in groups from a role on. */
    public boolean mayFill(Actor actor, Namespace namespace) {
        return namespace.isGroup()
                ? decide(actor, Permission.FILL_GROUP, namespace).isAllowed()
                : namespace.userId().equals(actor.userId());
    }

    /** All that {@code actor} may do with a project. */
    public Set<Permission> held(Actor actor, ProjectFacts project) {
        Optional<Role> role = effectiveRole(actor, project.id());
        return Arrays.stream(Permission.values())
                .filter(permission -> permission.scope() == Permission.Scope.PROJECT)
                .filter(permission -> decide(actor, role, permission, project).isAllowed())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Decision decide(Actor actor, Optional<Role> role, Permission permission, ProjectFacts project) {
        Optional<Decision> ofMarked = project.marked() ? ofMarked(role, permission) : Optional.empty();
        if (ofMarked.isPresent()) {
            return ofMarked.get();
        }
        return switch (actor) {
            case Actor.Person person -> person(person, role, permission, project.isPublic());
            case Actor.Job job -> job(role, permission, project.isPublic());
            case Actor.Anonymous() -> byRole(role, permission, project.isPublic(), "Sign in to do this.");
        };
    }

    /** The role that counts in this project: administrators act as owners everywhere. Empty for no member. */
    public Optional<Role> effectiveRole(Actor actor, long projectId) {
        return effectiveRole(actor, new MemberSource.OfProject(projectId));
    }

    /** The same for a project or a group. */
    public Optional<Role> effectiveRole(Actor actor, MemberSource source) {
        return switch (actor) {
            case Actor.Person person -> role(person.user(), source);
            case Actor.Job job ->
                source.equals(new MemberSource.OfProject(job.projectId()))
                        ? users.find(job.user()).flatMap(user -> role(user, source))
                        : Optional.empty();
            case Actor.Anonymous() -> Optional.empty();
        };
    }

    private Optional<Role> role(User user, MemberSource source) {
        if (user.blocked()) {
            return Optional.empty();
        }
        return user.admin() ? Optional.of(Role.OWNER) : members.role(source, user.id());
    }

    private static Decision person(Actor.Person person, Optional<Role> role, Permission permission, boolean isPublic) {
        Decision byRole = byRole(role, permission, isPublic, missing(permission));
        if (byRole.isAllowed() && person.scopes().stream().noneMatch(scopesFor(permission)::contains)) {
            return new Decision.Forbidden("The token's scopes do not allow this.");
        }
        return byRole;
    }

    /** A job reads what its user may read of its own project, may ask for a deployment and make a release; nothing else. */
    private static Decision job(Optional<Role> role, Permission permission, boolean isPublic) {
        Decision byRole = byRole(role, permission, isPublic, missing(permission));
        if (!byRole.isAllowed() || permission.publicToo() || OF_JOBS.contains(permission)) {
            return byRole;
        }
        return new Decision.Forbidden("A job token does not allow this.");
    }

    private static Decision byRole(Optional<Role> role, Permission permission, boolean isPublic, String whyNot) {
        boolean enough = role.filter(held -> held.atLeast(permission.from())).isPresent();
        if (enough || (isPublic && permission.publicToo())) {
            return ALLOWED;
        }
        return role.isPresent() || isPublic ? new Decision.Forbidden(whyNot) : HIDDEN;
    }

    private static String missing(Permission permission) {
        return "This needs the role " + permission.from().name().toLowerCase(java.util.Locale.ROOT) + " or higher.";
    }

    /** One of these must be held by a token. */
    private static Set<TokenScope> scopesFor(Permission permission) {
        if (permission == Permission.PUSH) {
            return Set.of(TokenScope.API, TokenScope.WRITE_REPOSITORY);
        }
        if (permission == Permission.READ_CODE) {
            return TokenScope.all();
        }
        return permission.publicToo() ? Set.of(TokenScope.API, TokenScope.READ_API) : Set.of(TokenScope.API);
    }
}
