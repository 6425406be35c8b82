/** Measures the figures of the performance budget. Load goes to loopback only, is bounded, and stops by itself. */
@org.jspecify.annotations.NullMarked
package dev.tandem.bench;
