/**
 * Owns release bundles, environments, deployments, rollouts and the agents that carry them out. Touches identity for
 * people, code for commits, build for jobs. Announces {@link dev.tandem.server.deliver.DeploymentStarted},
 * {@link dev.tandem.server.deliver.RolloutStarted}, {@link dev.tandem.server.deliver.RolloutNeedsPerson} and
 * {@link dev.tandem.server.deliver.DeploymentFinished}.
 */
@ApplicationModule(allowedDependencies = {"platform", "identity", "code", "build"})
@NullMarked
package dev.tandem.server.deliver;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
