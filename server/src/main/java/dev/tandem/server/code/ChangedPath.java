package dev.tandem.server.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.internal.storage.commitgraph.ChangedPathFilter;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraph;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/** One path (empty for the root), and which commits left it alone. Walks of a path skip those without looking into any tree. */
final class ChangedPath {
    /** The path, and the folders above it: a filter errs once in a hundred times, and seldom about two of them. */
    private final byte[][] paths;

    /** Of which one at least must have changed; empty: whatever is in the folder. */
    private final byte[][] entries;

    private final String path;

    ChangedPath(String path) {
        this(path, withFolders(path), new byte[0][]);
    }

    private ChangedPath(String path, byte[][] paths, byte[][] entries) {
        this.path = path;
        this.paths = paths;
        this.entries = entries;
    }

    private static byte[][] withFolders(String path) {
        List<byte[]> paths = new ArrayList<>();
        for (String at = path; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('/')))) {
            paths.add(at.getBytes(StandardCharsets.UTF_8));
        }
        return paths.toArray(byte[][]::new);
    }

    /** The same folder, of which only these entries matter. */
    ChangedPath with(List<String> names) {
        String above = path.isEmpty() ? "" : path + "/";
        return new ChangedPath(
                path,
                paths,
                names.stream()
                        .map(name -> (above + name).getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new));
    }

    /** The first commit, from this one back along first parents, that may have changed the path; this one when the graph knows nothing of it. */
    RevCommit lastThatMayHaveChanged(RevWalk walk, CommitGraph graph, RevCommit commit) throws IOException {
        return lastThatMayHaveChanged(walk, graph, commit, null);
    }

    /** @param last on which it stays in any case, when it comes to it; null for none */
    RevCommit lastThatMayHaveChanged(RevWalk walk, CommitGraph graph, RevCommit commit, @Nullable ObjectId last)
            throws IOException {
        int from = graph.findGraphPosition(commit);
        if (from < 0) {
            return commit;
        }
        int[] firstParents = FirstParents.of(graph);
        int stop = last == null ? FirstParents.NONE : graph.findGraphPosition(last);
        int at = from;
        while (at != stop && firstParents[at] != FirstParents.NONE && isLeftAlone(graph.getChangedPathFilter(at))) {
            at = firstParents[at];
        }
        if (at == from) {
            return commit;
        }
        RevCommit found = walk.lookupCommit(graph.getObjectId(at));
        walk.parseHeaders(found);
        return found;
    }

    private boolean isLeftAlone(@Nullable ChangedPathFilter filter) {
        if (filter == null) {
            return false;
        }
        for (byte[] path : paths) {
            if (!filter.maybeContains(path)) {
                return true;
            }
        }
        for (byte[] entry : entries) {
            if (filter.maybeContains(entry)) {
                return false;
            }
        }
        return entries.length > 0;
    }
}
