package dev.tandem.server.identity;

import dev.tandem.server.platform.Tx;
import org.jooq.DSLContext;

/** What groups must know of and do to the projects in them; implemented by {@code code}. */
public interface GroupProjects {
    /** Deletes a project with everything in it, as part of the deletion of a group above it. */
    void delete(Tx tx, Actor actor, long projectId);

    /** Hides a project that is not marked yet, as a group above it was deleted and can be brought back. */
    void mark(Tx tx, long projectId, DeletionMark mark);

    /** Brings back those that were marked with this group. */
    void restore(Tx tx, long groupId);

    /**
     * Gives a project another address, as a group above it moved; that the address is free is sure.
     *
     * @param namespace full path of what holds it now
     */
    void moved(Tx tx, long projectId, String namespace);

    /** Whether one of the projects in this group and below it is public. */
    boolean anyPublic(DSLContext sql, long groupId);
}
