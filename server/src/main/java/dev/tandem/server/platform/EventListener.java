package dev.tandem.server.platform;

import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A package's interest in an event of another one; declared as a bean. Called from a durable task: at least once, perhaps
 * again after a crash, perhaps by two threads for different events. So {@code handle} must be safe to repeat by event id.
 *
 * @param name stable for ever, since waiting tasks carry it: {@code build.pipeline-of-push}
 * @param type the event's exact class
 * @param wants decides when the event is published, from the event alone; one that is not wanted costs no durable task
 * @param handle gets the event's id and the event; throwing makes it due again later, with growing pauses
 */
public record EventListener<E extends DomainEvent>(
        String name, Class<E> type, Predicate<E> wants, BiConsumer<String, E> handle) {
    /** A listener that wants every event of its type. */
    public EventListener(String name, Class<E> type, BiConsumer<String, E> handle) {
        this(name, type, event -> true, handle);
    }

    boolean wants(DomainEvent event) {
        return type.equals(event.getClass()) && wants.test(type.cast(event));
    }
}
