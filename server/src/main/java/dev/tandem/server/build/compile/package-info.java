/** The pipeline language with what this server has to offer it: repositories, variables, and files to include from elsewhere. */
@NullMarked
package dev.tandem.server.build.compile;

import org.jspecify.annotations.NullMarked;
