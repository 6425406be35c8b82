package dev.tandem.server.code;

import java.util.List;

/**
 * Part of a longer list.
 *
 * @param total how many there are; where counting would walk all history, one more than were seen if there are more
 */
public record Slice<T>(List<T> items, int total) {
    public Slice {
        items = List.copyOf(items);
    }
}
