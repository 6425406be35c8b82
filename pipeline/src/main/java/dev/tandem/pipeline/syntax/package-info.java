/**
 * From bytes to one merged tree that knows where every value was written: YAML, include, extends, {@code !reference}; and the
 * diagnostics all phases report with. Knows no keyword beyond those.
 */
@NullMarked
package dev.tandem.pipeline.syntax;

import org.jspecify.annotations.NullMarked;
