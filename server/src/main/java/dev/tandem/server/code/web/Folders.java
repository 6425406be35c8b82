package dev.tandem.server.code.web;

import dev.tandem.server.code.TreeEntry;
import java.util.Comparator;
import java.util.List;

/** How a folder is shown: folders first, and not more entries than a page can bear. */
final class Folders {
    static final int MOST_SHOWN = 1000;

    private Folders() {}

    static List<TreeEntry> first(List<TreeEntry> entries) {
        return entries.stream()
                .sorted(Comparator.comparing((TreeEntry entry) -> entry.type() != TreeEntry.Type.TREE))
                .limit(MOST_SHOWN)
                .toList();
    }
}
