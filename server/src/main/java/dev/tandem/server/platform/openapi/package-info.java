/** Describes the REST resources as they are: every route, its permission and its parameters are read from the handlers. */
@NullMarked
package dev.tandem.server.platform.openapi;

import org.jspecify.annotations.NullMarked;
