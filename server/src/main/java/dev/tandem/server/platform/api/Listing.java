package dev.tandem.server.platform.api;

import java.util.List;
import java.util.function.Function;

/**
 * One page of a list; what a handler of a list returns. It is written as a plain JSON array, and the paging headers
 * ({@code X-Page}, ..., {@code Link}) are set from it.
 *
 * @param total how many there are on all pages
 */
public record Listing<T>(List<T> items, long total, Paging paging) {
    public Listing {
        items = List.copyOf(items);
    }

    /** Cuts one page out of a list that is at hand as a whole. */
    public static <T> Listing<T> cut(List<T> all, Paging paging) {
        int from = Math.min(paging.offset(), all.size());
        int to = Math.min(from + paging.limit(), all.size());
        return new Listing<>(all.subList(from, to), all.size(), paging);
    }

    public <R> Listing<R> map(Function<? super T, ? extends R> change) {
        return new Listing<>(items.stream().<R>map(change).toList(), total, paging);
    }

    long pages() {
        return Math.max(1, (total + paging.perPage() - 1) / paging.perPage());
    }
}
