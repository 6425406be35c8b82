package dev.tandem.pipeline.plan;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds a circle among named things that point to each other; without recursion, since chains may be long. */
final class Circles {
    private Circles() {}

    /** The names on the first circle found, in order. */
    static Optional<List<String>> find(Map<String, List<String>> edges) {
        Set<String> done = new HashSet<>();
        for (String start : edges.keySet()) {
            Optional<List<String>> circle = from(start, edges, done);
            if (circle.isPresent()) {
                return circle;
            }
        }
        return Optional.empty();
    }

    private static Optional<List<String>> from(String start, Map<String, List<String>> edges, Set<String> done) {
        LinkedHashSet<String> path = new LinkedHashSet<>();
        ArrayDeque<Iterator<String>> steps = new ArrayDeque<>();
        steps.push(List.of(start).iterator());
        while (!steps.isEmpty()) {
            if (!steps.peek().hasNext()) {
                steps.pop();
                if (!path.isEmpty()) {
                    done.add(path.removeLast());
                }
                continue;
            }
            String next = steps.peek().next();
            if (path.contains(next)) {
                List<String> names = List.copyOf(path);
                return Optional.of(names.subList(names.indexOf(next), names.size()));
            }
            if (!done.contains(next) && edges.containsKey(next)) {
                path.add(next);
                steps.push(edges.get(next).iterator());
            }
        }
        return Optional.empty();
    }
}
