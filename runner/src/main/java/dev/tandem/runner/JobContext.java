package dev.tandem.runner;

import org.jspecify.annotations.Nullable;

/**
 * What the stages of one job share.
 *
 * @param services null: none are started
 */
record JobContext(
        RunnerConfig config,
        Coordinator coordinator,
        JobPayload job,
        JobVariables variables,
        Workspace workspace,
        JobLog log,
        JobControl control,
        StageShell shell,
        UserShell users,
        @Nullable Services services) {}
