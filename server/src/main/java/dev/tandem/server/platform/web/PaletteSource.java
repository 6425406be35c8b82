package dev.tandem.server.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds places for the palette; a bean of the package that owns them. */
public interface PaletteSource {
    /**
     * What the sender of {@code request} may see and might mean; at most some 20, the likeliest first.
     *
     * @param query as typed so far, trimmed, at most 100 characters; empty at first
     * @param project full path of the project whose page is open; comes from outside, so check rights anew
     */
    List<PaletteEntry> find(HttpServletRequest request, String query, @Nullable String project);
}
