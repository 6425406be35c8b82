/**
 * Takes jobs from a coordinator over GitLab's runner protocol and executes them in a sandboxed shell. Knows the
 * coordinator only by HTTP, whether it runs in the same process or on another machine. What runs concurrently here is
 * told in docs/runner.md.
 */
@NullMarked
package dev.tandem.runner;

import org.jspecify.annotations.NullMarked;
