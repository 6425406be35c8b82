package dev.tandem.server.platform.live;

/**
 * One event as browsers get it.
 *
 * @param sequence counts all events of this process, over all topics
 * @param json the whole message: topic, event, data
 */
record LiveEvent(long sequence, String topic, String json) {}
