package dev.tandem.server.code;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Which entries a walk still has to follow from which commits on, the newest first. What comes to a commit by several ways is followed from there
 * together. For one thread.
 */
final class CarriedEntries {
    private final Map<RevCommit, BitSet> open = new HashMap<>();
    private final PriorityQueue<RevCommit> queue = new PriorityQueue<>(
            Comparator.comparingInt(RevCommit::getCommitTime).reversed());

    /** The newest commit, and what is to be followed from it on. */
    record Next(RevCommit commit, BitSet open) {}

    /** @param entries theirs from now on */
    void add(RevCommit commit, BitSet entries) {
        if (entries.isEmpty()) {
            return;
        }
        BitSet before = open.putIfAbsent(commit, entries);
        if (before == null) {
            queue.add(commit);
        } else {
            before.or(entries);
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    Next remove() {
        RevCommit commit = queue.remove();
        return new Next(commit, Objects.requireNonNull(open.remove(commit), "is in the queue"));
    }
}
