/** Pages and REST resources of deliver. Nothing here is for other packages. */
@NullMarked
package dev.tandem.server.deliver.web;

import org.jspecify.annotations.NullMarked;
