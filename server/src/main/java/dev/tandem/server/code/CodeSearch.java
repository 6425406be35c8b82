package dev.tandem.server.code;

import com.google.re2j.Pattern;
import dev.tandem.server.code.search.Candidates;
import dev.tandem.server.code.search.ExpressionNeeds;
import dev.tandem.server.code.search.IndexDamagedException;
import dev.tandem.server.code.search.Needed;
import dev.tandem.server.code.search.TextIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Looks for text in the files of commits. The index tells which files of its own commit may hold it; those that differ in the
 * commit asked for are read besides, and all of them where there is no index. So an old index makes a search slower, never
 * wrong. Looks for as long as the caller waits and for few callers at a time. Blocks on the disk; safe for use by many
 * threads.
 */
@Component
public final class CodeSearch {
    private static final Logger log = LoggerFactory.getLogger(CodeSearch.class);
    private static final int MOST_HITS = 200;
    private static final int AT_A_TIME = 2;
    private static final int BATCH = 200;
    /** With more differences reading all of the commit is as good. */
    private static final int MOST_CHANGED = 20_000;

    private final Repositories repositories;
    private final TextIndex index;
    private final SearchUpkeep upkeep;
    private final Semaphore places = new Semaphore(AT_A_TIME, true);
    private final BusyThreads threads = new BusyThreads("code-search", AT_A_TIME);

    CodeSearch(Repositories repositories, TextIndex index, SearchUpkeep upkeep) {
        this.repositories = repositories;
        this.index = index;
        this.upkeep = upkeep;
    }

    /** What to look for. */
    public sealed interface Wanted {
        /** This text; the case of ASCII letters does not matter. Without text the first line of each file is found. */
        record Words(String text) implements Wanted {}

        /**
         * A regular expression, line by line.
         *
         * @param pattern made from {@code regex} with case ignored
         */
        record Expression(String regex, Pattern pattern) implements Wanted {
            /** Empty for what cannot be used, see {@link LinearPattern}. */
            public static Optional<Wanted> of(String regex) {
                return LinearPattern.compile(regex, "i").map(pattern -> new Expression(regex, pattern));
            }
        }
    }

    /** What to look for in which files. */
    public record Query(Wanted wanted, FileFilter files) {}

    /**
     * One line in which it stands.
     *
     * @param line counted from 1
     * @param text of the line, cut when it is long
     */
    public record Hit(long projectId, String path, int line, String text) {}

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

    /** What was found, by project and path. */
    public record Found(List<Hit> hits, Reach reach) {
        public Found {
            hits = List.copyOf(hits);
        }
    }

    /** Looks at one commit, see {@link #search(Map, Query, Duration)}. */
    public Found search(long projectId, String sha, Query query, Duration patience) {
        return search(Map.of(projectId, sha), query, patience);
    }

    /**
     * Binary files and those larger than 1 MB are left out.
     *
     * @param commits from each project to look at to one of its commits
     * @param patience how long to look at most
     */
    public Found search(Map<Long, String> commits, Query query, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean admitted = false;
        try {
            admitted = places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
            return admitted
                    ? threads.call(() -> new Search(commits, query, deadline).run())
                    : new Found(List.of(), Reach.BUSY);
        } catch (IOException e) {
            throw new UncheckedIOException("searching", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Found(List.of(), Reach.BUSY);
        } finally {
            if (admitted) {
                places.release();
            }
        }
    }

    /** One search. For one thread. */
    private final class Search {
        private final Map<Long, String> commits;
        private final Query query;
        private final Lines lines;
        private final long deadline;

        Search(Map<Long, String> commits, Query query, long deadline) {
            this.commits = commits;
            this.query = query;
            this.lines = Lines.holding(query.wanted());
            this.deadline = deadline;
        }

        Found run() {
            List<Hit> hits = new ArrayList<>();
            try {
                try {
                    return found(hits, withIndex(hits));
                } catch (IndexDamagedException e) {
                    upkeep.renew(e);
                } catch (IOException e) {
                    log.warn("the search index could not be read; the files are read instead", e);
                    index.reopen();
                }
                hits.clear();
                return found(hits, readAll(commits.keySet(), hits));
            } catch (IOException e) {
                throw new UncheckedIOException("searching", e);
            }
        }

        private Found found(List<Hit> hits, Reach reach) {
            List<Hit> first = hits.subList(0, Math.min(hits.size(), MOST_HITS));
            return new Found(
                    first.stream()
                            .sorted(Comparator.comparingLong(Hit::projectId)
                                    .thenComparing(Hit::path)
                                    .thenComparingInt(Hit::line))
                            .toList(),
                    reach);
        }

        private Reach withIndex(List<Hit> hits) throws IOException {
            try (TextIndex.View view = index.view()) {
                Map<Long, Map<String, ObjectId>> changed = changedSince(view.states());
                Set<Long> indexed = new HashSet<>(changed.keySet());
                Reach reach = indexed.isEmpty()
                        ? Reach.ALL
                        : candidates(view.candidates(needed(query.wanted()), indexed), changed, hits);
                for (var project : changed.entrySet()) {
                    if (reach == Reach.ALL) {
                        reach = files(project.getKey(), project.getValue(), hits);
                    }
                }
                Set<Long> rest = new HashSet<>(commits.keySet());
                rest.removeAll(indexed);
                return reach == Reach.ALL ? readAll(rest, hits) : reach;
            }
        }

        /** For each project whose index is of use: what the commit has elsewhere than the index. */
        private Map<Long, Map<String, ObjectId>> changedSince(Map<Long, String> states) {
            Map<Long, Map<String, ObjectId>> changed = new HashMap<>();
            commits.forEach((project, sha) -> {
                String state = states.get(project);
                if (sha.equals(state)) {
                    changed.put(project, Map.of());
                } else if (state != null) {
                    repositories
                            .with(project, repository -> SearchableFiles.changed(repository, state, sha, MOST_CHANGED))
                            .ifPresent(differing -> changed.put(project, differing));
                }
            });
            return changed;
        }

        private Reach candidates(Candidates candidates, Map<Long, Map<String, ObjectId>> changed, List<Hit> hits)
                throws IOException {
            for (List<Candidates.File> batch = candidates.next(BATCH);
                    !batch.isEmpty();
                    batch = candidates.next(BATCH)) {
                Map<Long, Map<String, ObjectId>> files = new LinkedHashMap<>();
                for (Candidates.File file : batch) {
                    if (query.files().takes(file.path())
                            && !changed.getOrDefault(file.projectId(), Map.of()).containsKey(file.path())) {
                        files.computeIfAbsent(file.projectId(), id -> new LinkedHashMap<>())
                                .put(file.path(), ObjectId.fromString(file.blob()));
                    }
                }
                for (var project : files.entrySet()) {
                    Reach reach = files(project.getKey(), project.getValue(), hits);
                    if (reach != Reach.ALL) {
                        return reach;
                    }
                }
                if (System.nanoTime() > deadline) {
                    return Reach.TIME_OVER;
                }
            }
            return Reach.ALL;
        }

        private Reach files(long project, Map<String, ObjectId> files, List<Hit> hits) {
            if (files.isEmpty()) {
                return Reach.ALL;
            }
            return repositories
                    .with(project, repository -> {
                        try (ObjectReader reader = repository.newObjectReader()) {
                            for (var file : files.entrySet()) {
                                Reach reach = file.getValue().equals(ObjectId.zeroId())
                                        ? Reach.ALL
                                        : file(project, file.getKey(), reader, file.getValue(), hits);
                                if (reach != Reach.ALL) {
                                    return Optional.of(reach);
                                }
                            }
                            return Optional.of(Reach.ALL);
                        }
                    })
                    .orElse(Reach.ALL);
        }

        private Reach readAll(Collection<Long> projects, List<Hit> hits) {
            for (long project : projects) {
                Reach reach = readAll(project, commits.getOrDefault(project, ""), hits);
                if (reach != Reach.ALL) {
                    return reach;
                }
            }
            return Reach.ALL;
        }

        private Reach readAll(long project, String sha, List<Hit> hits) {
            return repositories
                    .with(project, repository -> {
                        try (RevWalk walk = new RevWalk(repository)) {
                            RevCommit commit = Revisions.exact(walk, sha).orElse(null);
                            return commit == null
                                    ? Optional.empty()
                                    : Optional.of(readAll(project, walk, commit, hits));
                        }
                    })
                    .orElse(Reach.ALL);
        }

        private Reach readAll(long project, RevWalk walk, RevCommit commit, List<Hit> hits) throws IOException {
            try (TreeWalk tree = SearchableFiles.walk(walk, commit)) {
                while (tree.next()) {
                    Reach reach = SearchableFiles.isLookedAt(tree, 0)
                            ? file(project, tree.getPathString(), tree.getObjectReader(), tree.getObjectId(0), hits)
                            : Reach.ALL;
                    if (reach != Reach.ALL) {
                        return reach;
                    }
                }
            }
            return Reach.ALL;
        }

        private Reach file(long project, String path, ObjectReader reader, ObjectId blob, List<Hit> hits)
                throws IOException {
            if (System.nanoTime() > deadline) {
                return Reach.TIME_OVER;
            }
            if (query.files().takes(path)) {
                SearchableFiles.text(reader, blob).ifPresent(text -> lines.of(project, path, text, hits));
            }
            return hits.size() > MOST_HITS ? Reach.ENOUGH : Reach.ALL;
        }
    }

    private static Needed needed(Wanted wanted) {
        return switch (wanted) {
            case Wanted.Words(String text) -> new Needed.Text(text);
            case Wanted.Expression(String regex, Pattern pattern) -> ExpressionNeeds.of(regex);
        };
    }
}
