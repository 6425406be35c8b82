/**
 * What every other package stands on: settings, database, durable tasks, events, object store, encryption, live
 * updates for browsers, page layout and message bundles. Touches no other package of the server.
 */
@ApplicationModule(
        type = ApplicationModule.Type.OPEN,
        allowedDependencies = {})
@NullMarked
package dev.tandem.server.platform;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
