/**
 * Trigger jobs: what they ask for becomes a child pipeline or one of another project. Whether they may, and what is handed on, is decided
 * here; {@code schedule} makes the pipeline and moves the job.
 */
@NullMarked
package dev.tandem.server.build.downstream;

import org.jspecify.annotations.NullMarked;
