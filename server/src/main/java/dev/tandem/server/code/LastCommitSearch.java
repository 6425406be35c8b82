package dev.tandem.server.code;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraph;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * One walk that looks for the commits which last changed the entries of a folder. A commit carries the entries that it has unchanged from the one in
 * question. For one thread and one use.
 */
final class LastCommitSearch {
    private static final int FEW = 100;

    private final RevWalk walk;
    private final String folder;
    private final @Nullable ObjectId indexed;
    private final Known known;
    private final long deadline;
    private final ChangedPath path;
    private final CommitGraph graph;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, String> found = new LinkedHashMap<>();
    private final CarriedEntries carried = new CarriedEntries();
    /** Of commits whose child was looked at; the graph skips others. */
    private final Map<RevCommit, ObjectId> folders = new HashMap<>();

    /** What other walks found out about the folder. */
    interface Known {
        /** From an entry's name to a commit, for all entries at this commit; empty when not known. */
        Optional<Map<String, String>> at(RevCommit commit);
    }

    /**
     * What is known.
     *
     * @param byName from an entry's name to the commit that last changed it
     * @param complete whether every entry is in there
     */
    record Result(Map<String, String> byName, boolean complete) {}

    /** An entry as it is at the commit in question. */
    private record Entry(int index, ObjectId id, int mode) {}

    /**
     * @param indexed a commit of which everything is known, so that none of those before it need be looked at; null when there is none
     * @param deadline as {@link System#nanoTime} tells it
     */
    LastCommitSearch(RevWalk walk, String folder, @Nullable ObjectId indexed, Known known, long deadline)
            throws IOException {
        this.walk = walk;
        this.folder = folder;
        this.indexed = indexed;
        this.known = known;
        this.path = new ChangedPath(folder);
        this.graph = walk.getObjectReader().getCommitGraph().orElse(CommitGraph.EMPTY);
        this.deadline = deadline;
    }

    Result run(RevCommit start) throws IOException {
        walk.setRetainBody(false);
        ObjectId tree = folder(start);
        if (tree != null) {
            try (ObjectReader reader = walk.getObjectReader().newReader()) {
                for (CanonicalTreeParser at = parser(reader, tree); !at.eof(); at.next()) {
                    entries.put(
                            at.getEntryPathString(),
                            new Entry(entries.size(), at.getEntryObjectId(), at.getEntryRawMode()));
                }
                BitSet all = new BitSet(entries.size());
                all.set(0, entries.size());
                carried.add(start, all);
                follow(reader);
            }
        }
        return new Result(found, found.size() == entries.size());
    }

    /** The first commit, from this one back, that may have changed the folder, or of which everything is known. */
    RevCommit lastChange(RevCommit start) throws IOException {
        return path.lastThatMayHaveChanged(walk, graph, start, indexed);
    }

    private void follow(ObjectReader reader) throws IOException {
        names.addAll(entries.keySet());
        while (!carried.isEmpty() && System.nanoTime() < deadline) {
            CarriedEntries.Next from = carried.remove();
            RevCommit next = from.commit();
            BitSet open = from.open();
            if (remembered(next, open)) {
                continue;
            }
            RevCommit commit = stillWanted(open).lastThatMayHaveChanged(walk, graph, next, indexed);
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
        Optional<Map<String, String>> answer = known.at(commit);
        answer.ifPresent(byName -> open.stream()
                .forEach(index -> Optional.ofNullable(byName.get(names.get(index)))
                        .ifPresent(sha -> found.put(names.get(index), sha))));
        return answer.isPresent();
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
                carried.add(parent, same);
            }
        }
    }

    private BitSet same(ObjectReader reader, ObjectId tree, BitSet open) throws IOException {
        BitSet same = new BitSet();
        for (CanonicalTreeParser at = parser(reader, tree); !at.eof(); at.next()) {
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

    private @Nullable ObjectId folder(RevCommit commit) throws IOException {
        if (folder.isEmpty()) {
            return commit.getTree();
        }
        TreeWalk at = TreeWalk.forPath(walk.getObjectReader(), folder, commit.getTree());
        return at != null && at.getFileMode(0).equals(FileMode.TREE) ? at.getObjectId(0) : null;
    }

    private static CanonicalTreeParser parser(ObjectReader reader, ObjectId tree) throws IOException {
        return new CanonicalTreeParser(null, reader, tree);
    }
}
