/** Owns the large files that Git LFS keeps beside a repository. */
@NullMarked
package dev.tandem.server.code.lfs;

import org.jspecify.annotations.NullMarked;
