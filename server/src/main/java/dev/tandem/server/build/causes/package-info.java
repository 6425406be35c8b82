/** What else than pushes starts pipelines: people and clients, the clock, and machines that hold a trigger token. */
@NullMarked
package dev.tandem.server.build.causes;

import org.jspecify.annotations.NullMarked;
