package dev.tandem.server.platform.access;

/**
 * What a handler may need. Those of a project or group are held by members from a role on (GitLab's table); readers of
 * public ones hold those marked so.
 */
public enum Permission {
    /** Anybody, signed in or not: sign-in page, health, static files. */
    ANYONE(Scope.NONE, null, true),
    /** Anybody who is signed in. */
    SIGNED_IN(Scope.NONE, null, false),
    /** Administrators of this installation. */
    ADMINISTER(Scope.NONE, null, false),
    /** A runner, agent or job proves itself by its own token inside the handler; people's credentials do not count. */
    MACHINE(Scope.NONE, null, true),

    READ_PROJECT(Scope.PROJECT, Role.GUEST, true),
    READ_CODE(Scope.PROJECT, Role.REPORTER, true),
    READ_PIPELINE(Scope.PROJECT, Role.REPORTER, true),
    READ_ENVIRONMENT(Scope.PROJECT, Role.REPORTER, true),
    PUSH(Scope.PROJECT, Role.DEVELOPER, false),
    RUN_PIPELINE(Scope.PROJECT, Role.DEVELOPER, false),
    DEPLOY(Scope.PROJECT, Role.DEVELOPER, false),
    /** Make a release, and with it perhaps a tag; jobs may, too, as far as their user may. */
    RELEASE(Scope.PROJECT, Role.DEVELOPER, false),
    /** Take up, note and resolve incidents, and open them by hand. */
    HANDLE_INCIDENT(Scope.PROJECT, Role.DEVELOPER, false),
    MANAGE_MEMBERS(Scope.PROJECT, Role.MAINTAINER, false),
    MANAGE_PROJECT(Scope.PROJECT, Role.MAINTAINER, false),
    /** Take it to another namespace. */
    TRANSFER_PROJECT(Scope.PROJECT, Role.OWNER, false),
    DELETE_PROJECT(Scope.PROJECT, Role.OWNER, false),

    READ_GROUP(Scope.GROUP, Role.GUEST, true),
    /** Make projects in it. */
    FILL_GROUP(Scope.GROUP, Role.DEVELOPER, false),
    /** Make groups in it. */
    DIVIDE_GROUP(Scope.GROUP, Role.MAINTAINER, false),
    /** Its members, variables and settings. */
    MANAGE_GROUP(Scope.GROUP, Role.OWNER, false),
    /** Delete it, and bring it back. */
    DELETE_GROUP(Scope.GROUP, Role.OWNER, false);

    /** Where a permission is held. */
    public enum Scope {
        NONE,
        PROJECT,
        GROUP
    }

    private final Scope scope;
    private final @org.jspecify.annotations.Nullable Role from;
    private final boolean publicToo;

    Permission(Scope scope, @org.jspecify.annotations.Nullable Role from, boolean publicToo) {
        this.scope = scope;
        this.from = from;
        this.publicToo = publicToo;
    }

    public Scope scope() {
        return scope;
    }

    /** @throws IllegalStateException when this is not a permission of a project or group */
    public Role from() {
        if (from == null) {
            throw new IllegalStateException(this + " is not held by role");
        }
        return from;
    }

    /** Whether readers of a public project or group hold it without being members. */
    public boolean publicToo() {
        return publicToo;
    }
}
