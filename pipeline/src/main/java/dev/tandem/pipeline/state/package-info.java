/** How jobs and pipelines move between states: transitions as data and pure decisions; the server persists what they say. */
@NullMarked
package dev.tandem.pipeline.state;

import org.jspecify.annotations.NullMarked;
