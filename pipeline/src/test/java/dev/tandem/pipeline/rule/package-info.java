/** Tests of the package of the same name. */
@NullMarked
package dev.tandem.pipeline.rule;

import org.jspecify.annotations.NullMarked;
