package dev.tandem.pipeline;

/**
 * What a configuration comes to, and what a pipeline of it would be; nothing is made.
 *
 * @param inspection with the diagnostics of both
 */
public record DryRun(Inspection inspection, Outcome outcome) {}
