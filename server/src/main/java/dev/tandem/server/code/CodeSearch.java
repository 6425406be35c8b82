package dev.tandem.server.code;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.springframework.stereotype.Component;

/**
 * Looks for text in the files of one commit. There is no index: files are read, for as long as the caller waits and not
 * for many callers at a time. Blocks on the disk; safe for use by many threads.
 */
@Component
public final class CodeSearch {
    private static final int LARGEST_FILE_BYTES = 1024 * 1024;
    private static final int MOST_HITS = 200;
    private static final int MOST_HITS_OF_A_FILE = 20;
    private static final int LONGEST_LINE = 400;
    private static final int AT_A_TIME = 2;

    private final Repositories repositories;
    private final Semaphore places = new Semaphore(AT_A_TIME, true);

    CodeSearch(Repositories repositories) {
        this.repositories = repositories;
    }

    /** What to look for. */
    public sealed interface Wanted {
        /** This text; the case of ASCII letters does not matter. */
        record Words(String text) implements Wanted {}

        /** A regular expression, line by line. */
        record Expression(Pattern pattern) implements Wanted {}
    }

    /**
     * One line in which it stands.
     *
     * @param line counted from 1
     * @param text of the line, cut when it is long
     */
    public record Hit(String path, int line, String text) {}

    /** How far the search came. */
    public enum Reach {
        /** Every text file was looked at. */
        ALL,
        /** There was more to find than is given. */
        ENOUGH,
        /** Time was over before all files were looked at. */
        TIME_OVER,
        /** Nothing was looked at: others are searching. */
        BUSY
    }

    /** What was found, by path. */
    public record Found(List<Hit> hits, Reach reach) {
        public Found {
            hits = List.copyOf(hits);
        }
    }

    /**
     * Binary files and those larger than 1 MB are left out.
     *
     * @param patience how long to look at most
     */
    public Found search(long projectId, String sha, Wanted wanted, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean admitted = false;
        try {
            admitted = places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
            return admitted
                    ? repositories
                            .with(projectId, repository -> {
                                try (RevWalk walk = new RevWalk(repository)) {
                                    return Optional.of(look(walk, sha, wanted, deadline));
                                }
                            })
                            .orElse(new Found(List.of(), Reach.ALL))
                    : new Found(List.of(), Reach.BUSY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Found(List.of(), Reach.BUSY);
        } finally {
            if (admitted) {
                places.release();
            }
        }
    }

    private static Found look(RevWalk walk, String sha, Wanted wanted, long deadline) throws IOException {
        List<Hit> hits = new ArrayList<>();
        RevCommit commit = Revisions.exact(walk, sha).orElse(null);
        if (commit == null) {
            return new Found(hits, Reach.ALL);
        }
        try (TreeWalk tree = new TreeWalk(walk.getObjectReader())) {
            tree.addTree(commit.getTree());
            tree.setRecursive(true);
            while (tree.next()) {
                if (System.nanoTime() > deadline) {
                    return new Found(hits, Reach.TIME_OVER);
                }
                if (Revisions.isFile(tree.getFileMode(0))) {
                    look(tree, wanted, hits);
                }
                if (hits.size() >= MOST_HITS) {
                    return new Found(hits.subList(0, MOST_HITS), Reach.ENOUGH);
                }
            }
        }
        return new Found(hits, Reach.ALL);
    }

    private static void look(TreeWalk tree, Wanted wanted, List<Hit> hits) throws IOException {
        ObjectLoader loader = tree.getObjectReader().open(tree.getObjectId(0), Constants.OBJ_BLOB);
        if (loader.getSize() > LARGEST_FILE_BYTES) {
            return;
        }
        byte[] bytes = loader.getCachedBytes();
        if (isBinary(bytes)) {
            return;
        }
        String path = tree.getPathString();
        switch (wanted) {
            case Wanted.Words(String text) -> words(path, bytes, text, hits);
            case Wanted.Expression(Pattern pattern) ->
                expression(path, new String(bytes, StandardCharsets.UTF_8), pattern, hits);
        }
    }

    /** Bytes are taken for letters: that is fast, finds UTF-8 in UTF-8, and keeps offsets in step with the file. */
    private static void words(String path, byte[] bytes, String text, List<Hit> hits) {
        String needle =
                new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        String hay = new String(bytes, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        int line = 1;
        int counted = 0;
        int found = 0;
        for (int at = hay.indexOf(needle); at >= 0 && found < MOST_HITS_OF_A_FILE; found++) {
            line += breaks(bytes, counted, at);
            counted = at;
            int end = end(bytes, at);
            hits.add(hit(path, line, bytes, start(bytes, at), end));
            at = end >= bytes.length ? -1 : hay.indexOf(needle, end);
        }
    }

    private static void expression(String path, String text, Pattern pattern, List<Hit> hits) {
        int number = 0;
        int found = 0;
        Matcher matcher = pattern.matcher("");
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (matcher.reset(line).find()) {
                hits.add(new Hit(path, number, cut(line)));
                if (++found == MOST_HITS_OF_A_FILE) {
                    return;
                }
            }
        }
    }

    private static Hit hit(String path, int line, byte[] bytes, int from, int to) {
        int length = Math.min(to - from, LONGEST_LINE * 4);
        return new Hit(path, line, cut(new String(bytes, from, length, StandardCharsets.UTF_8)));
    }

    private static String cut(String line) {
        return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
    }

    private static int breaks(byte[] bytes, int from, int to) {
        int breaks = 0;
        for (int i = from; i < to; i++) {
            breaks += bytes[i] == '\n' ? 1 : 0;
        }
        return breaks;
    }

    private static int start(byte[] bytes, int at) {
        int start = at;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private static int end(byte[] bytes, int at) {
        int end = at;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    private static boolean isBinary(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 8000); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }
}
