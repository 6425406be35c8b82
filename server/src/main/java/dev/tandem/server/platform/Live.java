package dev.tandem.server.platform;

/**
 * Live updates for browsers. A topic names what a page looks at ({@code pipeline/12}); whoever changes it says so after
 * the commit. Losing an update is allowed: pages re-read on reconnect. Safe for use by many threads.
 */
public interface Live {
    /**
     * Tells each browser that watches {@code topic}.
     *
     * @param event short kind of change, such as {@code status} or {@code log}
     * @param data one JSON object, small: what changed, not the whole
     */
    void publish(String topic, String event, Object data);
}
