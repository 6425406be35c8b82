/** What operators ask a server: is it alive, is it ready, what do its counters say; and one line of context for each log record. */
@NullMarked
package dev.tandem.server.platform.operation;

import org.jspecify.annotations.NullMarked;
