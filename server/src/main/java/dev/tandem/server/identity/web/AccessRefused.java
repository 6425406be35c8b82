package dev.tandem.server.identity.web;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Ends a request that may not go on; what it looks like is decided by {@link Faults}. */
final class AccessRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final @Nullable String reason;
    private final Duration retryAfter;

    private AccessRefused(int status, @Nullable String reason, Duration retryAfter) {
        super("refused with " + status, null, false, false);
        this.status = status;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    AccessRefused(int status) {
        this(status, null, Duration.ZERO);
    }

    /** @param reason key of a sentence for people */
    AccessRefused(int status, String reason) {
        this(status, reason, Duration.ZERO);
    }

    static AccessRefused later(Duration retryAfter) {
        return new AccessRefused(429, null, retryAfter);
    }

    int status() {
        return status;
    }

    @Nullable
    String reason() {
        return reason;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
