/** The coordinator of GitLab's runner protocol, and the built-in runner that speaks it like any other. */
@NullMarked
package dev.tandem.server.build.runners;

import org.jspecify.annotations.NullMarked;
