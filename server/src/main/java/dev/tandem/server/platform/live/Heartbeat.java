package dev.tandem.server.platform.live;

import java.time.Duration;

/** How long an event stream may be silent before a sign of life goes out; a browser that left is noticed no sooner. */
public record Heartbeat(Duration pause) {
    /** Below the time after which proxies in between give up. */
    public static final Heartbeat USUAL = new Heartbeat(Duration.ofSeconds(15));
}
