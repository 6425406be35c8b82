/** Tests of the package of the same name. */
@NullMarked
package dev.tandem.pipeline.state;

import org.jspecify.annotations.NullMarked;
