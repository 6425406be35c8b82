/**
 * Owns what happens after a deployment: golden signals over time, incidents with their suspects,
 * timeline and failures, their pages and REST resources.
 */
@ApplicationModule(allowedDependencies = {"platform", "identity", "code", "build", "deliver"})
@NullMarked
package dev.tandem.server.operate;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
