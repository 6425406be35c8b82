/**
 * Owns what happens after a deployment: services and their golden signals, uptime checks, incidents, and who is told of
 * them. Touches identity for people, code for what a service says of itself, deliver for deployments, environments and the
 * agents' counts. Announces {@link dev.tandem.server.operate.IncidentOpened} and
 * {@link dev.tandem.server.operate.IncidentResolved}.
 */
@ApplicationModule(allowedDependencies = {"platform", "identity", "code", "build", "deliver"})
@NullMarked
package dev.tandem.server.operate;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
