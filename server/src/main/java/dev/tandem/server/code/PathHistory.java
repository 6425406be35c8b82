package dev.tandem.server.code;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraph;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * The commits that changed a file or folder, newest first, as {@code git log -- path} tells them: where a merge has what one of its parents has, only
 * that one is followed. JGit's own filter opens two trees for each commit before it asks the commit graph; this asks first. For one thread.
 */
final class PathHistory {
    private final RevWalk walk;
    private final CommitGraph graph;
    private final String path;
    private final ChangedPath changed;
    private final long until;
    private final long deadline;
    private final @Nullable ObjectId last;
    private final Set<RevCommit> seen = new HashSet<>();
    private final PriorityQueue<RevCommit> queue = new PriorityQueue<>(
            Comparator.comparingInt(RevCommit::getCommitTime).reversed());
    private Optional<Instant> stoppedAt = Optional.empty();

    /** @param until seconds since the epoch: newer commits are passed by, at little cost */
    PathHistory(RevWalk walk, RevCommit start, String path, long until, long deadline) throws IOException {
        this(walk, start, path, until, deadline, null);
    }

    /** @param last handed out when it is come to, whether it changed the path or not; null for none */
    PathHistory(RevWalk walk, RevCommit start, String path, long until, long deadline, @Nullable ObjectId last)
            throws IOException {
        this.walk = walk;
        this.graph = walk.getObjectReader().getCommitGraph().orElse(CommitGraph.EMPTY);
        this.path = path;
        this.changed = new ChangedPath(path);
        this.until = until;
        this.deadline = deadline;
        this.last = last;
        add(start);
    }

    /** Null at the end, and when the time is up. */
    @Nullable
    RevCommit next() throws IOException {
        while (!queue.isEmpty() && stoppedAt.isEmpty()) {
            if (System.nanoTime() > deadline) {
                stoppedAt = Optional.of(Instant.ofEpochSecond(queue.element().getCommitTime()));
                return null;
            }
            RevCommit commit = queue.remove();
            if (commit.equals(last)) {
                return commit;
            }
            RevCommit earlier = changed.lastThatMayHaveChanged(walk, graph, commit, last);
            if (!earlier.equals(commit)) {
                // It waits for its turn: others in the queue may be newer.
                add(earlier);
            } else if (commit.getCommitTime() > until) {
                follow(commit);
            } else if (isChange(commit)) {
                return commit;
            }
        }
        return null;
    }

    /** Time of the commit at which the time was up; empty as long as there was enough. */
    Optional<Instant> stoppedAt() {
        return stoppedAt;
    }

    private void add(RevCommit commit) {
        if (seen.add(commit)) {
            queue.add(commit);
        }
    }

    private boolean isChange(RevCommit commit) throws IOException {
        Optional<Version> here = version(commit);
        for (RevCommit parent : commit.getParents()) {
            walk.parseHeaders(parent);
            if (version(parent).equals(here)) {
                add(parent);
                return false;
            }
        }
        follow(commit);
        return commit.getParentCount() > 0 || here.isPresent();
    }

    private void follow(RevCommit commit) throws IOException {
        for (RevCommit parent : commit.getParents()) {
            walk.parseHeaders(parent);
            add(parent);
        }
    }

    private record Version(ObjectId id, int mode) {}

    private Optional<Version> version(RevCommit commit) throws IOException {
        TreeWalk at = TreeWalk.forPath(walk.getObjectReader(), path, commit.getTree());
        return at == null ? Optional.empty() : Optional.of(new Version(at.getObjectId(0), at.getRawMode(0)));
    }
}
