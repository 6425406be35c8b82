package dev.tandem.server.code;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import org.eclipse.jgit.api.errors.CanceledException;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.EditList;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.diff.RawText;
import org.eclipse.jgit.diff.RawTextComparator;
import org.eclipse.jgit.diff.RenameDetector;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraph;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * Follows the lines of a file back through history, each to the commit with which it came. Skips commits of which the commit
 * graph knows that they left the file alone, which JGit's own blame does not, and ends when its time is up. For one
 * thread and one use.
 */
final class BlameWalk {
    private static final int LARGEST_VERSION_BYTES = 4 * 1024 * 1024;
    private static final int RENAMES_LOOKED_FOR = 200;

    /** In a commit that changed more files no rename is looked for. */
    private static final int MOST_CHANGED = 20_000;

    private final Repository repository;
    private final RevWalk walk;
    private final CommitGraph graph;
    private final long deadline;
    private final Map<Place, List<BlameLines>> open = new HashMap<>();
    private final PriorityQueue<Place> queue = new PriorityQueue<>(
            Comparator.comparingInt((Place place) -> place.commit().getCommitTime())
                    .reversed());
    private final Map<String, ChangedPath> paths = new HashMap<>();
    private final List<Blames.Part> found = new ArrayList<>();

    /** A file at a commit. */
    private record Place(RevCommit commit, String path, ObjectId blob) {}

    BlameWalk(Repository repository, RevWalk walk, long deadline) throws IOException {
        this.repository = repository;
        this.walk = walk;
        this.graph = walk.getObjectReader().getCommitGraph().orElse(CommitGraph.EMPTY);
        this.deadline = deadline;
    }

    /** Empty when there is no such file. */
    Optional<Blames.Blame> run(RevCommit commit, String path) throws IOException {
        walk.setRetainBody(false);
        Optional<ObjectId> blob = blob(commit, path);
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        int lines = text(blob.get()).size();
        hand(new Place(commit, path, blob.get()), lines == 0 ? List.of() : List.of(new BlameLines(0, 0, lines)));
        while (!queue.isEmpty() && inTime()) {
            Place place = queue.remove();
            follow(place, Objects.requireNonNull(open.remove(place)));
        }
        return Optional.of(new Blames.Blame(joined(), queue.isEmpty()));
    }

    private boolean inTime() {
        return System.nanoTime() < deadline;
    }

    /** What the parents have the same goes on to them; the rest came here. */
    private void follow(Place from, List<BlameLines> lines) throws IOException {
        Place place = skipped(from);
        List<Place> parents = new ArrayList<>();
        for (RevCommit parent : place.commit().getParents()) {
            walk.parseHeaders(parent);
            Optional<Place> there = in(parent, place);
            if (there.isPresent() && there.get().blob().equals(place.blob())) {
                hand(there.get(), lines);
                return;
            }
            there.ifPresent(parents::add);
        }
        List<BlameLines> left = lines;
        for (Place parent : parents) {
            left = left.isEmpty() ? left : pass(place, parent, left);
        }
        describe(place.commit(), left);
    }

    private Place skipped(Place place) throws IOException {
        ChangedPath path = paths.computeIfAbsent(place.path(), ChangedPath::new);
        return new Place(path.lastThatMayHaveChanged(walk, graph, place.commit()), place.path(), place.blob());
    }

    private List<BlameLines> pass(Place place, Place parent, List<BlameLines> lines) throws IOException {
        EditList edits = new HistogramDiff().diff(RawTextComparator.DEFAULT, text(parent.blob()), text(place.blob()));
        List<BlameLines> older = new ArrayList<>();
        List<BlameLines> newer = new ArrayList<>();
        lines.forEach(part -> part.split(edits, older, newer));
        hand(parent, older);
        return newer;
    }

    private void hand(Place place, List<BlameLines> lines) {
        if (lines.isEmpty()) {
            return;
        }
        List<BlameLines> before = open.putIfAbsent(place, new ArrayList<>(lines));
        if (before == null) {
            queue.add(place);
        } else {
            before.addAll(lines);
        }
    }

    private void describe(RevCommit commit, List<BlameLines> lines) throws IOException {
        if (lines.isEmpty()) {
            return;
        }
        walk.parseBody(commit);
        Commit described = Revisions.describe(commit);
        lines.forEach(part -> found.add(new Blames.Part(part.result(), part.count(), described)));
    }

    /** By their lines; neighbours of one commit as one. */
    private List<Blames.Part> joined() {
        found.sort(Comparator.comparingInt(Blames.Part::first));
        List<Blames.Part> parts = new ArrayList<>();
        for (Blames.Part part : found) {
            Blames.Part last = parts.isEmpty() ? null : parts.getLast();
            if (last != null
                    && last.first() + last.lines() == part.first()
                    && last.commit().equals(part.commit())) {
                parts.set(parts.size() - 1, new Blames.Part(last.first(), last.lines() + part.lines(), last.commit()));
            } else {
                parts.add(part);
            }
        }
        return parts;
    }

    /** The same file in a parent, under another name when it was renamed. */
    private Optional<Place> in(RevCommit parent, Place place) throws IOException {
        Optional<Place> same = blob(parent, place.path()).map(blob -> new Place(parent, place.path(), blob));
        return same.isPresent() ? same : renamed(parent, place);
    }

    private Optional<Place> renamed(RevCommit parent, Place place) throws IOException {
        if (changed(parent, place.commit()) > MOST_CHANGED) {
            return Optional.empty();
        }
        RenameDetector detector = new RenameDetector(repository);
        detector.setRenameLimit(RENAMES_LOOKED_FOR);
        detector.setBigFileThreshold(LARGEST_VERSION_BYTES);
        try (TreeWalk trees = differences(parent, place.commit())) {
            detector.addAll(DiffEntry.scan(trees));
        }
        return compute(detector).stream()
                .filter(entry -> entry.getNewPath().equals(place.path())
                        && entry.getChangeType() != DiffEntry.ChangeType.ADD
                        && Revisions.isFile(entry.getOldMode()))
                .findFirst()
                .map(entry ->
                        new Place(parent, entry.getOldPath(), entry.getOldId().toObjectId()));
    }

    private List<DiffEntry> compute(RenameDetector detector) throws IOException {
        try {
            return detector.compute(walk.getObjectReader(), NullProgressMonitor.INSTANCE);
        } catch (CanceledException e) {
            throw new IllegalStateException("nobody cancels this", e);
        }
    }

    private int changed(RevCommit parent, RevCommit commit) throws IOException {
        int count = 0;
        try (TreeWalk trees = differences(parent, commit)) {
            while (count <= MOST_CHANGED && trees.next()) {
                count++;
            }
        }
        return count;
    }

    private TreeWalk differences(RevCommit parent, RevCommit commit) throws IOException {
        TreeWalk trees = new TreeWalk(repository, walk.getObjectReader());
        trees.addTree(parent.getTree());
        trees.addTree(commit.getTree());
        trees.setRecursive(true);
        trees.setFilter(TreeFilter.ANY_DIFF);
        return trees;
    }

    private Optional<ObjectId> blob(RevCommit commit, String path) throws IOException {
        TreeWalk at = TreeWalk.forPath(walk.getObjectReader(), path, commit.getTree());
        return at != null && at.getFileMode(0).getObjectType() == Constants.OBJ_BLOB
                ? Optional.of(at.getObjectId(0))
                : Optional.empty();
    }

    /** A version too large to compare has no line in common with any. */
    private RawText text(ObjectId blob) throws IOException {
        try {
            return new RawText(
                    walk.getObjectReader().open(blob, Constants.OBJ_BLOB).getCachedBytes(LARGEST_VERSION_BYTES));
        } catch (LargeObjectException e) {
            return RawText.EMPTY_TEXT;
        }
    }
}
