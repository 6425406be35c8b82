package dev.tandem.bench.simulation;

/**
 * How one simulated rollout ended for one judge.
 *
 * @param look the last
 * @param seconds until then, from when the new revision went bad
 * @param badAnswers of the new revision until then
 */
record Outcome(Look look, int seconds, long badAnswers) {}
