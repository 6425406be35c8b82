/** What decides at pipeline creation: variables and their expansion, {@code if} expressions, path globs, the facts of one push. */
@NullMarked
package dev.tandem.pipeline.rule;

import org.jspecify.annotations.NullMarked;
