/** Owns the bare repositories in the data folder: where they lie, how JGit opens them, their upkeep. */
@NullMarked
package dev.tandem.server.code.storage;

import org.jspecify.annotations.NullMarked;
