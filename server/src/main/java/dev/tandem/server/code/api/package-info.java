/** Owns the REST resources of projects and repositories, in the shapes of GitLab's API. */
@NullMarked
package dev.tandem.server.code.api;

import org.jspecify.annotations.NullMarked;
