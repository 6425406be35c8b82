package dev.tandem.server.code.web;

import dev.tandem.server.platform.web.Markdown;
import gg.jte.Content;
import java.util.Locale;
import java.util.Optional;

/** Files that are written to be read: Markdown, whose references lead to other files of the same commit. */
final class Prose {
    private Prose() {}

    static boolean isProse(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return lower.endsWith(".md") || lower.endsWith(".markdown");
    }

    /** @return empty when the file is no Markdown, or cannot be shown as such */
    static Optional<Content> render(Place place, String path, SourceText source) {
        if (!isProse(path) || !source.isText()) {
            return Optional.empty();
        }
        String folder = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
        return Markdown.render(source.text(), folder, new Markdown.Target() {
            @Override
            public String page(String target) {
                return target.isEmpty()
                        ? place.links().tree(place.ref(), "")
                        : place.links().blob(place.ref(), target);
            }

            @Override
            public String raw(String target) {
                return place.links().raw(place.ref(), target);
            }
        });
    }
}
