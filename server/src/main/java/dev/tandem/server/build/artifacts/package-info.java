/** What jobs leave behind: archives, test reports, variables for later jobs. All of it is hostile until it was read with limits. */
@NullMarked
package dev.tandem.server.build.artifacts;

import org.jspecify.annotations.NullMarked;
