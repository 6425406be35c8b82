/**
 * Owns pipelines and jobs, the scheduler, the coordinator of the runner protocol, logs, artifacts, test reports and CI/CD
 * variables. Touches code for commits and refs, identity for people and permissions. Knows nothing of deployments: who does
 * says so through {@link dev.tandem.server.build.RolloutGuard}. Announces PipelineCreated, PipelineFinished, JobStarted,
 * JobFinished.
 */
@ApplicationModule(allowedDependencies = {"platform", "identity", "code"})
@NullMarked
package dev.tandem.server.build;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
