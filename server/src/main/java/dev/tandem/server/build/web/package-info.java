/** Pages and REST resources of build. */
@NullMarked
package dev.tandem.server.build.web;

import org.jspecify.annotations.NullMarked;
