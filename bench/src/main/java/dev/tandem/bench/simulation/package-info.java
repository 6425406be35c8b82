/**
 * Simulates rollouts, thousands of them, and lets the real judge and two common kinds of judges look at each. Seeded: the
 * same command prints the same table.
 */
@NullMarked
package dev.tandem.bench.simulation;

import org.jspecify.annotations.NullMarked;
