package dev.tandem.server.code;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraph;

/**
 * The first parent of each commit that a commit graph knows. JGit hands out a commit of it only whole, with tree, time and all
 * parents, which is most of what a walk over all of them costs; this is four bytes for each, kept as long as the graph is in memory.
 * Safe for use by many threads.
 */
final class FirstParents {
    /** In place of a parent: there is none. */
    static final int NONE = -1;

    private static final Map<CommitGraph, int[]> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    private FirstParents() {}

    /** From the position of a commit in the graph to that of its first parent. Not to be changed. */
    static int[] of(CommitGraph graph) {
        return KNOWN.computeIfAbsent(graph, FirstParents::read);
    }

    private static int[] read(CommitGraph graph) {
        int[] first = new int[Math.toIntExact(graph.getCommitCnt())];
        for (int at = 0; at < first.length; at++) {
            int[] parents = graph.getCommitData(at).getParents();
            first[at] = parents.length == 0 ? NONE : parents[0];
        }
        return first;
    }
}
