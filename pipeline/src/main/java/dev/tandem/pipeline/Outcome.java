package dev.tandem.pipeline;

import dev.tandem.pipeline.plan.Plan;

/** What a compilation leads to. */
public sealed interface Outcome {
    /** A pipeline is to be created. */
    record Runs(Plan plan) implements Outcome {}

    /** The configuration is fine and wants no pipeline this time. */
    record Filtered(Reason reason, String message) implements Outcome {}

    /** The configuration has errors: they are among the diagnostics. */
    record Invalid() implements Outcome {}

    /** Why there is no pipeline. */
    enum Reason {
        WORKFLOW_RULES,
        NO_JOBS
    }
}
