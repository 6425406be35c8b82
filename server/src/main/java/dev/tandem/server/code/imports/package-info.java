/** Owns the import of repositories from elsewhere: asking the other server, progress, limits. */
@NullMarked
package dev.tandem.server.code.imports;

import org.jspecify.annotations.NullMarked;
