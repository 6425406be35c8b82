/**
 * Owns projects, repositories, refs, commits, diffs, protected branches and git over HTTP.
 * Touches identity for people, members and credentials.
 * Announces {@link dev.tandem.server.code.RefUpdated}, {@link dev.tandem.server.code.ProjectMarked} and {@link dev.tandem.server.code.ProjectDeleted}.
 */
@ApplicationModule(allowedDependencies = {"platform", "identity"})
@NullMarked
package dev.tandem.server.code;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
