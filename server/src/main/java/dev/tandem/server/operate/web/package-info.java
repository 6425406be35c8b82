/** Pages and REST resources of operate. Nothing here is for other packages. */
@NullMarked
package dev.tandem.server.operate.web;

import org.jspecify.annotations.NullMarked;
