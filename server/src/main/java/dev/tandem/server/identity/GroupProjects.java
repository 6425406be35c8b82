package dev.tandem.server.identity;

import dev.tandem.server.platform.Tx;
import org.jooq.DSLContext;

/** What groups must know of and do to the projects in them; implemented by {@code code}. */
public interface GroupProjects {
    /** Deletes a project with everything in it, as part of the deletion of a group above it. */
    void delete(Tx tx, Actor actor, long projectId);

    /** Whether one of the projects in this group and below it is public. */
    boolean anyPublic(DSLContext sql, long groupId);
}
