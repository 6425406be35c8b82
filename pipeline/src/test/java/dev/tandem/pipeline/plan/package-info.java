/** Tests of the package of the same name. */
@NullMarked
package dev.tandem.pipeline.plan;

import org.jspecify.annotations.NullMarked;
