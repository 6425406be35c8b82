package dev.tandem.server.code.web;

import dev.tandem.server.code.Commit;
import dev.tandem.server.code.FileFacts;
import dev.tandem.server.code.LastCommits;
import dev.tandem.server.code.TreeEntry;
import dev.tandem.server.code.Trees;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How a folder is shown: folders first, not more entries than a page can bear, each with the commit that last changed it. */
@Component
public final class Folders {
    private static final int MOST_SHOWN = 1000;

    /** As long as a page waits for commits; the rest is fetched by the page itself. */
    private static final Duration WITH_THE_PAGE = Duration.ofMillis(60);

    private static final Duration AFTERWARDS = Duration.ofSeconds(5);
    private static final List<String> READMES =
            List.of("readme.md", "readme.markdown", "readme", "readme.txt", "readme.rst", "readme.adoc");

    private final Trees trees;
    private final LastCommits lastCommits;

    Folders(Trees trees, LastCommits lastCommits) {
        this.trees = trees;
        this.lastCommits = lastCommits;
    }

    /**
     * A folder as a page shows it.
     *
     * @param last from the name of an entry to the commit that last changed it, as far as known
     * @param refine where the rest of {@code last} is to be had; null when nothing is missing, or it took too long
     * @param cut whether there are more entries than shown
     */
    public record Model(
            Place place,
            List<TreeEntry> entries,
            Map<String, Commit> last,
            @Nullable String refine,
            boolean cut) {
        /** Null when not known. */
        public @Nullable Commit lastOf(TreeEntry entry) {
            return last.get(entry.name());
        }
    }

    /**
     * A README below its folder.
     *
     * @param markup null when it is no Markdown
     * @param text null when it is shown as markup
     */
    public record Readme(
            String name,
            String href,
            gg.jte.@Nullable Content markup,
            @Nullable String text) {}

    /** @return empty when there is no such folder */
    Optional<Model> show(Place place) {
        return model(place, WITH_THE_PAGE, true);
    }

    /** The same with all the commits that can be found in a few seconds. */
    Optional<Model> refine(Place place) {
        return model(place, AFTERWARDS, false);
    }

    private Optional<Model> model(Place place, Duration patience, boolean more) {
        return trees.list(place.project().id(), place.sha(), place.path(), false)
                .map(all -> {
                    LastCommits.Found found = lastCommits.of(place.project().id(), place.sha(), place.path(), patience);
                    return new Model(
                            place,
                            all.stream()
                                    .sorted(Comparator.comparing(
                                            (TreeEntry entry) -> entry.type() != TreeEntry.Type.TREE))
                                    .limit(MOST_SHOWN)
                                    .toList(),
                            found.byName(),
                            more && !found.complete() ? place.links().lastCommits(place.ref(), place.path()) : null,
                            all.size() > MOST_SHOWN);
                });
    }

    /** The README among a folder's entries; null when there is none to show. */
    @Nullable
    Readme readme(Model folder) {
        for (String wanted : READMES) {
            for (TreeEntry entry : folder.entries()) {
                if (entry.type() == TreeEntry.Type.BLOB
                        && entry.name().toLowerCase(Locale.ROOT).equals(wanted)) {
                    return readme(folder.place(), entry);
                }
            }
        }
        return null;
    }

    private @Nullable Readme readme(Place place, TreeEntry entry) {
        long project = place.project().id();
        Optional<FileFacts> file =
                trees.file(project, place.sha(), entry.path()).filter(found -> !found.isLink());
        Optional<SourceText> source =
                file.map(found -> SourceText.of(trees, project, found)).filter(SourceText::isText);
        if (source.isEmpty()) {
            return null;
        }
        gg.jte.Content markup = Prose.render(place, entry.path(), source.get()).orElse(null);
        return new Readme(
                entry.name(),
                place.links().blob(place.ref(), entry.path()),
                markup,
                markup == null ? source.get().text() : null);
    }
}
