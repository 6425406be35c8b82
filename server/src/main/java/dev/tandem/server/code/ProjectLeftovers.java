package dev.tandem.server.code;

import dev.tandem.server.platform.Tx;

/**
 * What a package keeps of a project outside the database; declared as a bean by each package that keeps some. With the rows
 * goes the knowledge of where it lies, so {@link ProjectDeleted} would come too late.
 */
public interface ProjectLeftovers {
    /** Called in the transaction that deletes the project, before its rows go: makes durable tasks of what is to be removed. */
    void note(Tx tx, long projectId);
}
