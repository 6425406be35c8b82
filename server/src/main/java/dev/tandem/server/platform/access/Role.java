package dev.tandem.server.platform.access;

import java.util.Arrays;
import java.util.Optional;

/** Roles of a member, with GitLab's numbers, which stand on the wire and in the database. */
public enum Role {
    GUEST(10),
    REPORTER(20),
    DEVELOPER(30),
    MAINTAINER(40),
    OWNER(50);

    private final int accessLevel;

    Role(int accessLevel) {
        this.accessLevel = accessLevel;
    }

    public int accessLevel() {
        return accessLevel;
    }

    public boolean atLeast(Role other) {
        return accessLevel >= other.accessLevel;
    }

    public static Optional<Role> of(int accessLevel) {
        return Arrays.stream(values())
                .filter(role -> role.accessLevel == accessLevel)
                .findFirst();
    }
}
