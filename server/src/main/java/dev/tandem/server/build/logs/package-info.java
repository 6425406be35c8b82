/** Logs of jobs: a growing file while the job runs, an object afterwards; and how they are shown. */
@NullMarked
package dev.tandem.server.build.logs;

import org.jspecify.annotations.NullMarked;
