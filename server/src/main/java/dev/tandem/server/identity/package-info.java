/**
 * Owns people: users, groups and the namespaces of both, members of projects and groups and their roles, sessions, tokens, sign-in and the audit log. Decides who may
 * do what; each handler names its {@link dev.tandem.server.platform.access.Permission}, and this package enforces it.
 * Touches platform only. Declares {@link dev.tandem.server.identity.ProjectDirectory} and {@link dev.tandem.server.identity.GroupProjects} (implemented by code) and
 * {@link dev.tandem.server.identity.JobTokens} (implemented by build). Announces nothing yet.
 */
@ApplicationModule(allowedDependencies = "platform")
@NullMarked
package dev.tandem.server.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
