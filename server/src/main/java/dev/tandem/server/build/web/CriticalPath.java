package dev.tandem.server.build.web;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which jobs decided how long a pipeline took: the one that ended last, what it had waited for, and so on. */
final class CriticalPath {
    private CriticalPath() {}

    /**
     * @param needs names of what it waited for; null when it waited for all earlier stages
     * @param end when it ended, or now while it runs; null when it has not started
     */
    record Step(
            String name,
            int stage,
            @Nullable List<String> needs,
            @Nullable Instant end) {}

    /** Names of the jobs on the path; empty when fewer than two, which says nothing. */
    static Set<String> of(List<Step> steps) {
        Set<String> path = new HashSet<>();
        Optional<Step> next = last(steps);
        while (next.isPresent() && path.add(next.get().name())) {
            Step current = next.get();
            next = last(steps.stream().filter(step -> waitedFor(current, step)).toList());
        }
        return path.size() < 2 ? Set.of() : path;
    }

    private static boolean waitedFor(Step current, Step other) {
        return current.needs() == null
                ? other.stage() < current.stage()
                : current.needs().contains(other.name());
    }

    private static Optional<Step> last(List<Step> steps) {
        return steps.stream().filter(step -> step.end() != null).max(Comparator.comparing(Step::end));
    }
}
