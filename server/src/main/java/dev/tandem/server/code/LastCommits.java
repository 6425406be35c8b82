package dev.tandem.server.code;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraph;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Which commit last changed each entry of a folder. Walks history once for all entries, for as long as the caller waits,
 * and remembers what it found: a commit's answer never changes, and a later commit's walk ends where a remembered one
 * begins. Blocks on the disk; safe for use by many threads.
 */
@Component
public final class LastCommits {
    private static final int STRIPES = 64;
    private static final int FEW = 100;
    private static final LastCommitMemory.Answer NOTHING = new LastCommitMemory.Answer(Map.of(), true, Duration.ZERO);

    private final Repositories repositories;
    private final LastCommitMemory memory = new LastCommitMemory();
    private final List<Lock> locks =
            Stream.generate(() -> (Lock) new ReentrantLock()).limit(STRIPES).toList();

    LastCommits(Repositories repositories) {
        this.repositories = repositories;
    }

    /**
     * What is known.
     *
     * @param byName from an entry's name to the commit that last changed it
     * @param complete whether every entry is in there
     */
    public record Found(Map<String, Commit> byName, boolean complete) {
        public Found {
            byName = Map.copyOf(byName);
        }
    }

    /**
     * @param folder path from the root; empty for the root
     * @param patience how long to look at most
     */
    public Found of(long projectId, String sha, String folder, Duration patience) {
        LastCommitMemory.Key key = new LastCommitMemory.Key(projectId, sha, folder);
        // Many people open the same folder after a push; one of them walks, the others wait for what it finds.
        Lock lock = locks.get(Math.floorMod(key.hashCode(), STRIPES));
        if (!taken(lock, patience)) {
            return new Found(Map.of(), false);
        }
        try {
            return found(key, patience);
        } finally {
            lock.unlock();
        }
    }

    private Found found(LastCommitMemory.Key key, Duration patience) {
        LastCommitMemory.Answer answer = memory.find(key)
                .filter(known -> known.complete() || known.patience().compareTo(patience) >= 0)
                .or(() -> searched(key, patience))
                .orElse(NOTHING);
        return repositories
                .with(key.projectId(), repository -> {
                    try (RevWalk walk = new RevWalk(repository)) {
                        return Optional.of(described(walk, answer));
                    }
                })
                .orElse(new Found(Map.of(), true));
    }

    private Optional<LastCommitMemory.Answer> searched(LastCommitMemory.Key key, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        return repositories.walk(key.projectId(), repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> start = Revisions.exact(walk, key.sha());
                if (start.isEmpty()) {
                    return Optional.empty();
                }
                Search search = new Search(walk, key, patience, deadline);
                LastCommitMemory.Answer answer = search.run(start.get());
                memory.keep(key, answer);
                // Later commits that leave the folder alone lead to the same.
                memory.keep(search.keyOfLastChange(start.get()), answer);
                return Optional.of(answer);
            }
        });
    }

    private static boolean taken(Lock lock, Duration patience) {
        try {
            return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Found described(RevWalk walk, LastCommitMemory.Answer answer) throws IOException {
        Map<String, Commit> commits = new HashMap<>();
        Map<String, Commit> byName = new HashMap<>();
        for (Map.Entry<String, String> entry : answer.shas().entrySet()) {
            Commit commit = commits.get(entry.getValue());
            if (commit == null) {
                RevCommit parsed = walk.parseCommit(ObjectId.fromString(entry.getValue()));
                walk.parseBody(parsed);
                commit = Revisions.describe(parsed);
                commits.put(entry.getValue(), commit);
            }
            byName.put(entry.getKey(), commit);
        }
        return new Found(byName, answer.complete());
    }

    /** An entry as it is at the commit in question. */
    private record Entry(int index, ObjectId id, int mode) {}

    /** One walk. A commit carries the entries that it has unchanged from the one in question. */
    private final class Search {
        private final RevWalk walk;
        private final LastCommitMemory.Key key;
        private final Duration patience;
        private final long deadline;
        private final ChangedPath path;
        private final CommitGraph graph;
        private final Map<String, Entry> entries = new LinkedHashMap<>();
        private final List<String> names = new ArrayList<>();
        private final Map<String, String> found = new LinkedHashMap<>();
        private final Map<RevCommit, BitSet> carried = new HashMap<>();
        /** Of commits whose child was looked at; the graph skips others. */
        private final Map<RevCommit, ObjectId> folders = new HashMap<>();

        private final PriorityQueue<RevCommit> queue =
                new PriorityQueue<>((one, other) -> Integer.compare(other.getCommitTime(), one.getCommitTime()));

        Search(RevWalk walk, LastCommitMemory.Key key, Duration patience, long deadline) throws IOException {
            this.walk = walk;
            this.key = key;
            this.patience = patience;
            this.path = new ChangedPath(key.folder());
            this.graph = walk.getObjectReader().getCommitGraph().orElse(CommitGraph.EMPTY);
            this.deadline = deadline;
        }

        LastCommitMemory.Answer run(RevCommit start) throws IOException {
            walk.setRetainBody(false);
            ObjectId folder = folder(start);
            if (folder != null) {
                try (ObjectReader reader = walk.getObjectReader().newReader()) {
                    for (CanonicalTreeParser at = parser(reader, folder); !at.eof(); at.next()) {
                        entries.put(
                                at.getEntryPathString(),
                                new Entry(entries.size(), at.getEntryObjectId(), at.getEntryRawMode()));
                    }
                    BitSet all = new BitSet(entries.size());
                    all.set(0, entries.size());
                    carry(start, all);
                    follow(reader);
                }
            }
            return new LastCommitMemory.Answer(found, found.size() == entries.size(), patience);
        }

        LastCommitMemory.Key keyOfLastChange(RevCommit start) throws IOException {
            return new LastCommitMemory.Key(
                    key.projectId(),
                    path.lastThatMayHaveChanged(walk, graph, start).name(),
                    key.folder());
        }

        private void follow(ObjectReader reader) throws IOException {
            names.addAll(entries.keySet());
            while (!queue.isEmpty() && System.nanoTime() < deadline) {
                RevCommit next = queue.remove();
                BitSet open = carried.remove(next);
                if (open == null || open.isEmpty() || remembered(next, open)) {
                    continue;
                }
                RevCommit commit = stillWanted(open).lastThatMayHaveChanged(walk, graph, next);
                if (!commit.equals(next) && remembered(commit, open)) {
                    continue;
                }
                pass(reader, commit, open);
                open.stream().forEach(index -> found.put(names.get(index), commit.name()));
            }
        }

        /** The folder, or rather what is still looked for in it: each of the few lets a filter of the graph err once less. */
        private ChangedPath stillWanted(BitSet open) {
            return open.cardinality() > FEW
                    ? path
                    : path.with(open.stream().mapToObj(names::get).toList());
        }

        /** What another walk found out from this commit on holds here, too. */
        private boolean remembered(RevCommit commit, BitSet open) {
            Optional<LastCommitMemory.Answer> known = memory.find(
                            new LastCommitMemory.Key(key.projectId(), commit.name(), key.folder()))
                    .filter(LastCommitMemory.Answer::complete);
            known.ifPresent(answer -> open.stream()
                    .forEach(index -> Optional.ofNullable(answer.shas().get(names.get(index)))
                            .ifPresent(sha -> found.put(names.get(index), sha))));
            return known.isPresent();
        }

        /** Hands on to each parent what it has the same; what stays in {@code open} changed here. */
        private void pass(ObjectReader reader, RevCommit commit, BitSet open) throws IOException {
            ObjectId here = folders.remove(commit);
            for (RevCommit parent : commit.getParents()) {
                if (open.isEmpty()) {
                    return;
                }
                walk.parseHeaders(parent);
                ObjectId there = folder(parent);
                if (there != null) {
                    folders.put(parent, there);
                    BitSet same = there.equals(here) ? (BitSet) open.clone() : same(reader, there, open);
                    open.andNot(same);
                    carry(parent, same);
                }
            }
        }

        private BitSet same(ObjectReader reader, ObjectId folder, BitSet open) throws IOException {
            BitSet same = new BitSet();
            for (CanonicalTreeParser at = parser(reader, folder); !at.eof(); at.next()) {
                Entry entry = entries.get(at.getEntryPathString());
                if (entry != null
                        && open.get(entry.index())
                        && entry.mode() == at.getEntryRawMode()
                        && entry.id().equals(at.getEntryObjectId())) {
                    same.set(entry.index());
                }
            }
            return same;
        }

        private void carry(RevCommit commit, BitSet unchanged) {
            if (unchanged.isEmpty()) {
                return;
            }
            BitSet before = carried.putIfAbsent(commit, unchanged);
            if (before == null) {
                queue.add(commit);
            } else {
                before.or(unchanged);
            }
        }

        private @Nullable ObjectId folder(RevCommit commit) throws IOException {
            if (key.folder().isEmpty()) {
                return commit.getTree();
            }
            TreeWalk found = TreeWalk.forPath(walk.getObjectReader(), key.folder(), commit.getTree());
            return found != null && found.getFileMode(0).equals(FileMode.TREE) ? found.getObjectId(0) : null;
        }

        private static CanonicalTreeParser parser(ObjectReader reader, ObjectId tree) throws IOException {
            return new CanonicalTreeParser(null, reader, tree);
        }
    }
}
