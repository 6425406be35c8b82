/** Pages and REST resources of insight. Nothing here is for other packages. */
@NullMarked
package dev.tandem.server.insight.web;

import org.jspecify.annotations.NullMarked;
