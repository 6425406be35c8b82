/**
 * DORA's five keys as pure functions over records of deployments, changes and incidents. No clock, no database, no
 * guessing: records are joined by their ids only.
 */
@NullMarked
package dev.tandem.server.insight.dora;

import org.jspecify.annotations.NullMarked;
