/**
 * Whether the new revision of a rollout is worse than the old one, decided purely from counts: no clock, no database, no
 * network, no pages. The method keeps its promises although it is asked every second; docs/verification.md explains it.
 */
@NullMarked
package dev.tandem.server.deliver.judge;

import org.jspecify.annotations.NullMarked;
