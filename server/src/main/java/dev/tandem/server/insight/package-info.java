/**
 * Owns the story of a change and the figures of delivery (DORA's five keys). Stands below everything: may ask all other
 * packages, listens to their events, and is called by nobody.
 */
@ApplicationModule(allowedDependencies = {"platform", "identity", "code", "build", "deliver", "operate"})
@NullMarked
package dev.tandem.server.insight;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
