/**
 * How a rollout goes on, decided purely: facts in, a {@link dev.tandem.server.deliver.rollout.RolloutDecision} out. No
 * clock, no database, no network.
 */
@NullMarked
package dev.tandem.server.deliver.rollout;

import org.jspecify.annotations.NullMarked;
