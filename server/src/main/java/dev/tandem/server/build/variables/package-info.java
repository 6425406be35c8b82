/** The CI/CD variables a job sees: predefined ones, the project's own, and how they are put together. */
@NullMarked
package dev.tandem.server.build.variables;

import org.jspecify.annotations.NullMarked;
