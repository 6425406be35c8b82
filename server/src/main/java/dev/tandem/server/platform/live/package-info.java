/**
 * Owns the stream of live events to browsers: {@code /-/events}. Publishing is {@link dev.tandem.server.platform.Live};
 * who may watch a topic is answered by a {@link dev.tandem.server.platform.live.TopicGuard} of the package that owns it.
 */
@NullMarked
package dev.tandem.server.platform.live;

import org.jspecify.annotations.NullMarked;
