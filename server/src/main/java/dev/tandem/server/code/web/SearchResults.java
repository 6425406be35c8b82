package dev.tandem.server.code.web;

import dev.tandem.server.code.CodeSearch;
import dev.tandem.server.code.FileFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a page of search asked for and what was found.
 *
 * @param isBad whether what was asked for is no regular expression that can be used
 * @param found null when nothing was looked for
 */
public record SearchResults(Asked asked, boolean isBad, CodeSearch.@Nullable Found found, List<File> files) {
    private static final int LONGEST = 200;

    /**
     * The fields of the form.
     *
     * @param path part of the paths of files to look at; empty for all
     */
    public record Asked(String text, String path, boolean regex) {
        public Asked {
            text = cut(text);
            path = cut(path);
        }

        private static String cut(String text) {
            return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        }

        private Optional<CodeSearch.Query> query() {
            Optional<CodeSearch.Wanted> wanted =
                    regex ? CodeSearch.Wanted.Expression.of(text) : Optional.of(new CodeSearch.Wanted.Words(text));
            return wanted.map(found -> new CodeSearch.Query(found, FileFilter.path(path)));
        }
    }

    /** The lines of one file. */
    public record File(long projectId, String path, List<CodeSearch.Hit> hits) {}

    /** Looks for something. */
    interface Search {
        CodeSearch.Found run(CodeSearch.Query query);
    }

    /** Runs the search when there is something to look for. */
    static SearchResults of(Asked asked, Search search) {
        if (asked.text().isBlank()) {
            return new SearchResults(asked, false, null, List.of());
        }
        return asked.query()
                .map(search::run)
                .map(found -> new SearchResults(asked, false, found, byFile(found.hits())))
                .orElseGet(() -> new SearchResults(asked, true, null, List.of()));
    }

    private static List<File> byFile(List<CodeSearch.Hit> hits) {
        List<File> files = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= hits.size(); i++) {
            CodeSearch.Hit first = hits.get(from);
            if (i == hits.size()
                    || hits.get(i).projectId() != first.projectId()
                    || !hits.get(i).path().equals(first.path())) {
                files.add(new File(first.projectId(), first.path(), hits.subList(from, i)));
                from = i;
            }
        }
        return files;
    }
}
