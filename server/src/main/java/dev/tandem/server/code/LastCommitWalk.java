package dev.tandem.server.code;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * One walk through history that looks for the commit which last changed each file and each folder of a repository. By the same rule as
 * {@link LastCommitSearch}, which does it for one folder: what a commit has the same as one of its parents did not change there. Compares each
 * commit with its parents, so it is cheaper than many searches and dearer than one. For one thread and one use.
 */
final class LastCommitWalk implements AutoCloseable {
    private final RevWalk walk;
    private final TreeWalk trees;
    private final Map<String, Integer> indexes = new LinkedHashMap<>();
    private final List<Optional<String>> found = new ArrayList<>();
    private final CarriedEntries carried = new CarriedEntries();

    /** What an earlier walk found. */
    interface Earlier {
        boolean startedAt(RevCommit commit);

        /** The commit that last changed a path, as of where it started. */
        Optional<String> of(String path) throws IOException;
    }

    LastCommitWalk(Repository repository) {
        this.walk = new RevWalk(repository);
        walk.setRetainBody(false);
        this.trees = new TreeWalk(repository, walk.getObjectReader());
    }

    /**
     * @param deadline as {@link System#nanoTime} tells it
     * @return from each path to a commit, which is empty when it was not found in time
     */
    Map<String, Optional<String>> run(ObjectId start, Earlier earlier, long deadline) throws IOException {
        RevCommit first = walk.parseCommit(start);
        list(first);
        BitSet all = new BitSet(indexes.size());
        all.set(0, indexes.size());
        carried.add(first, all);
        List<String> paths = List.copyOf(indexes.keySet());
        while (!carried.isEmpty() && System.nanoTime() < deadline) {
            CarriedEntries.Next next = carried.remove();
            RevCommit commit = next.commit();
            BitSet open = next.open();
            if (earlier.startedAt(commit)) {
                take(earlier, open, paths);
            }
            pass(commit, open);
            Optional<String> here = Optional.of(commit.name());
            open.stream().forEach(index -> found.set(index, here));
        }
        Map<String, Optional<String>> byPath = new LinkedHashMap<>();
        indexes.forEach((path, index) -> byPath.put(path, found.get(index)));
        return byPath;
    }

    private void take(Earlier earlier, BitSet open, List<String> paths) throws IOException {
        for (int index = open.nextSetBit(0); index >= 0; index = open.nextSetBit(index + 1)) {
            Optional<String> known = earlier.of(paths.get(index));
            if (known.isPresent()) {
                found.set(index, known);
                open.clear(index);
            }
        }
    }

    /** All files and folders of a commit. */
    private void list(RevCommit commit) throws IOException {
        trees.reset(commit.getTree());
        trees.setFilter(TreeFilter.ALL);
        while (trees.next()) {
            indexes.putIfAbsent(trees.getPathString(), indexes.size());
            if (trees.isSubtree()) {
                trees.enterSubtree();
            }
        }
        indexes.forEach((path, index) -> found.add(Optional.empty()));
    }

    /** Hands on to each parent what it has the same; what stays in {@code open} changed here. */
    private void pass(RevCommit commit, BitSet open) throws IOException {
        for (RevCommit parent : commit.getParents()) {
            if (open.isEmpty()) {
                return;
            }
            walk.parseHeaders(parent);
            BitSet changed = changed(commit, parent, open);
            BitSet same = (BitSet) open.clone();
            same.andNot(changed);
            carried.add(parent, same);
            open.and(changed);
        }
    }

    private BitSet changed(RevCommit commit, RevCommit parent, BitSet open) throws IOException {
        BitSet changed = new BitSet();
        trees.reset(commit.getTree(), parent.getTree());
        trees.setFilter(TreeFilter.ANY_DIFF);
        while (trees.next()) {
            Integer index = indexes.get(trees.getPathString());
            if (index != null && open.get(index)) {
                changed.set(index);
            }
            if (trees.isSubtree()) {
                trees.enterSubtree();
            }
        }
        return changed;
    }

    @Override
    public void close() {
        trees.close();
        walk.close();
    }
}
