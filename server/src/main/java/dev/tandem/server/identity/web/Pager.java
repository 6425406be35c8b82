package dev.tandem.server.identity.web;

import dev.tandem.server.platform.api.Paging;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Addresses of the pages before and after; null where there is none. */
public record Pager(@Nullable String previous, @Nullable String next) {
    static final int PER_PAGE = 50;

    static Paging paging(int page) {
        return new Paging(page, PER_PAGE);
    }

    /** @param query pairs of names and values that every page keeps */
    static Pager of(Paging paging, int total, String path, String... query) {
        StringBuilder base = new StringBuilder(path).append('?');
        for (int i = 0; i < query.length; i += 2) {
            base.append(query[i])
                    .append('=')
                    .append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8))
                    .append('&');
        }
        base.append("page=");
        boolean more = paging.offset() + paging.limit() < total;
        return new Pager(
                paging.page() > 1 ? base + Integer.toString(paging.page() - 1) : null,
                more ? base + Integer.toString(paging.page() + 1) : null);
    }
}
