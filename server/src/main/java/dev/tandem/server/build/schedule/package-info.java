/**
 * What makes jobs and pipelines move: creation, progress, cancel, retry, time. Decisions come from {@code pipeline.state};
 * here they become conditional updates inside transactions.
 */
@NullMarked
package dev.tandem.server.build.schedule;

import org.jspecify.annotations.NullMarked;
