/** Tests of the language as a whole. */
@NullMarked
package dev.tandem.pipeline;

import org.jspecify.annotations.NullMarked;
