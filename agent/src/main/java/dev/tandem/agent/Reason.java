package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;

/** What a fault says to people. */
final class Reason {

    private Reason() {}

    static Said of(Exception e) {
        String message = e.getMessage();
        return Said.plain(message == null ? e.toString() : message);
    }
}
