/** Owns what the tests of every module share. Nothing outside test scope may use it. */
@NullMarked
package dev.tandem.testkit;

import org.jspecify.annotations.NullMarked;
