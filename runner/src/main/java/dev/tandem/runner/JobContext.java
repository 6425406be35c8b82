package dev.tandem.runner;

/** What the stages of one job share. */
record JobContext(
        RunnerConfig config,
        Coordinator coordinator,
        JobPayload job,
        JobVariables variables,
        Workspace workspace,
        JobLog log,
        JobControl control,
        StageShell shell,
        UserShell users) {}
