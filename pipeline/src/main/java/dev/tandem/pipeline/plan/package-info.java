/** The typed configuration, its checks, and the plan of concrete jobs that comes out of it for one pipeline. */
@NullMarked
package dev.tandem.pipeline.plan;

import org.jspecify.annotations.NullMarked;
