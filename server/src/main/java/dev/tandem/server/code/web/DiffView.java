package dev.tandem.server.code.web;

import dev.tandem.server.code.Diff;
import dev.tandem.server.code.Diffs;
import dev.tandem.server.code.FileDiff;
import dev.tandem.server.code.Picture;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A difference as a page shows it.
 *
 * @param here address of the page without a query
 */
public record DiffView(Diff diff, List<File> files, Options options, String here) {
    /** Longer ones are folded. */
    private static final int MOST_LINES_OPEN = 400;

    /** Of one page; what comes after is folded. */
    private static final int MOST_LINES_OF_A_PAGE = 4000;

    public DiffView {
        files = List.copyOf(files);
    }

    /**
     * How somebody wants to see it.
     *
     * @param split side by side, else one below the other
     */
    public record Options(boolean split, boolean ignoreWhitespace) {
        static Options of(String view, String whitespace) {
            return new Options(view.equals("split"), whitespace.equals("1"));
        }

        Diffs.Whitespace whitespace() {
            return ignoreWhitespace ? Diffs.Whitespace.IGNORED : Diffs.Whitespace.COUNTS;
        }

        String query() {
            List<String> parts = new ArrayList<>();
            if (split) {
                parts.add("view=split");
            }
            if (ignoreWhitespace) {
                parts.add("w=1");
            }
            return parts.isEmpty() ? "" : "?" + String.join("&", parts);
        }
    }

    /**
     * One file.
     *
     * @param lines empty when they are shown side by side
     * @param pairs empty when they are shown one below the other
     * @param folded whether the reader opens it
     * @param oldPicture address of the picture before; null when there is none
     * @param newPicture address of the picture after; null when there is none
     */
    public record File(
            FileDiff file,
            List<DiffLine> lines,
            List<DiffLine.Pair> pairs,
            boolean folded,
            @Nullable String oldPicture,
            @Nullable String newPicture) {
        public boolean isPicture() {
            return oldPicture != null || newPicture != null;
        }

        public boolean isRenamed() {
            return !file.oldPath().equals(file.newPath());
        }

        public boolean isEmpty() {
            return lines.isEmpty() && pairs.isEmpty();
        }

        /** Whether only the mode changed, which then is worth a word. */
        public boolean hasNewMode() {
            return file.change() == FileDiff.Change.MODIFIED && !file.oldMode().equals(file.newMode());
        }
    }

    /**
     * @param before sha of the old side; empty when there is none
     * @param after sha of the new side
     */
    static DiffView of(Diff diff, Links links, String before, String after, Options options, String here) {
        List<File> files = new ArrayList<>();
        int shown = 0;
        for (FileDiff file : diff.files()) {
            List<DiffLine> lines = DiffLine.of(file.hunks());
            boolean folded = lines.size() > MOST_LINES_OPEN || shown + lines.size() > MOST_LINES_OF_A_PAGE;
            shown += folded ? 0 : lines.size();
            boolean hasOld = file.change() != FileDiff.Change.ADDED && !before.isEmpty();
            boolean hasNew = file.change() != FileDiff.Change.DELETED;
            files.add(new File(
                    file,
                    options.split() ? List.of() : lines,
                    options.split() ? DiffLine.pairs(lines) : List.of(),
                    folded,
                    hasOld ? picture(links, before, file.oldPath()) : null,
                    hasNew ? picture(links, after, file.newPath()) : null));
        }
        return new DiffView(diff, files, options, here);
    }

    /** The page with the other layout. */
    public String otherLayout() {
        return here + new Options(!options.split(), options.ignoreWhitespace()).query();
    }

    /** The page with white space counting when it does not, and the other way round. */
    public String otherWhitespace() {
        return here + new Options(options.split(), !options.ignoreWhitespace()).query();
    }

    /** By name alone: a file that only claims to be a picture is shown as a broken one, and is harmless. */
    private static @Nullable String picture(Links links, String sha, String path) {
        return Picture.byName(path).isPresent() ? links.raw(sha, path) : null;
    }
}
