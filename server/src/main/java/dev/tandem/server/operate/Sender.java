package dev.tandem.server.operate;

/** A way to tell people. */
interface Sender {
    /**
     * What an attempt came to.
     *
     * @param again whether another one may end better
     * @param answer in English, for the log of deliveries
     */
    record Outcome(boolean sent, boolean again, String answer) {}

    /** Blocks, for a minute at most. */
    Outcome send(Channel channel, Notice notice, long deliveryId);
}
