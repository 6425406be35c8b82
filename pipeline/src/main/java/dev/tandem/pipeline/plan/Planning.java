package dev.tandem.pipeline.plan;

/** What planning led to. Errors found on the way are among the diagnostics; then the result means nothing. */
public sealed interface Planning {
    /** These jobs are to run. */
    record Planned(Plan plan) implements Planning {}

    /** {@code workflow:rules} want no pipeline. */
    record NotWanted() implements Planning {}

    /** No job is left, or none outside {@code .pre} and {@code .post}. */
    record WithoutJobs() implements Planning {}

    /** The configuration has errors. */
    record Faulty() implements Planning {}
}
