/** Owns the index of source text: which files may hold a text, by the three-byte pieces of it. */
@NullMarked
package dev.tandem.server.code.search;

import org.jspecify.annotations.NullMarked;
