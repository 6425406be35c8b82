package dev.tandem.server.identity;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Role;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides who may do what with a project. Safe for use by many threads. */
public final class Access {
    private static final Decision ALLOWED = new Decision.Allowed();
    /** What a job may do besides reading. */
    private static final Set<Permission> OF_JOBS = Set.of(Permission.DEPLOY, Permission.RELEASE);

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

    /** All that {@code actor} may do with a project. */
    public Set<Permission> held(Actor actor, ProjectFacts project) {
        Optional<Role> role = effectiveRole(actor, project.id());
        return Arrays.stream(Permission.values())
                .filter(permission -> permission.scope() == Permission.Scope.PROJECT)
                .filter(permission -> decide(actor, role, permission, project).isAllowed())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Decision decide(Actor actor, Optional<Role> role, Permission permission, ProjectFacts project) {
        return switch (actor) {
            case Actor.Person person -> person(person, role, permission, project);
            case Actor.Job job -> job(role, permission, project);
            case Actor.Anonymous() -> byRole(role, permission, project, "Sign in to do this.");
        };
    }

    /** The role that counts in this project: administrators act as owners everywhere. Empty for no member. */
    public Optional<Role> effectiveRole(Actor actor, long projectId) {
        return switch (actor) {
            case Actor.Person person -> role(person.user(), projectId);
            case Actor.Job job ->
                job.projectId() == projectId
                        ? users.find(job.user()).flatMap(user -> role(user, projectId))
                        : Optional.empty();
            case Actor.Anonymous() -> Optional.empty();
        };
    }

    private Optional<Role> role(User user, long projectId) {
        if (user.blocked()) {
            return Optional.empty();
        }
        return user.admin() ? Optional.of(Role.OWNER) : members.role(projectId, user.id());
    }

    private static Decision person(
            Actor.Person person, Optional<Role> role, Permission permission, ProjectFacts project) {
        Decision byRole = byRole(role, permission, project, missing(permission));
        if (byRole.isAllowed() && person.scopes().stream().noneMatch(scopesFor(permission)::contains)) {
            return new Decision.Forbidden("The token's scopes do not allow this.");
        }
        return byRole;
    }

    /** A job reads what its user may read of its own project, may ask for a deployment and make a release; nothing else. */
    private static Decision job(Optional<Role> role, Permission permission, ProjectFacts project) {
        Decision byRole = byRole(role, permission, project, missing(permission));
        if (!byRole.isAllowed() || permission.publicToo() || OF_JOBS.contains(permission)) {
            return byRole;
        }
        return new Decision.Forbidden("A job token does not allow this.");
    }

    private static Decision byRole(Optional<Role> role, Permission permission, ProjectFacts project, String whyNot) {
        boolean enough = role.filter(held -> held.atLeast(permission.from())).isPresent();
        if (enough || (project.isPublic() && permission.publicToo())) {
            return ALLOWED;
        }
        return role.isPresent() || project.isPublic() ? new Decision.Forbidden(whyNot) : HIDDEN;
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
