/** Owns the pages of projects: list, overview, files, commits, settings. */
@NullMarked
package dev.tandem.server.code.web;

import org.jspecify.annotations.NullMarked;
