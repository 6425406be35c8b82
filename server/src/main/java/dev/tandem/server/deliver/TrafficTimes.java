package dev.tandem.server.deliver;

import dev.tandem.server.deliver.rollout.RolloutDecision.Kind;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When users met a deployment.
 *
 * @param reachedUsersAt when its revision got its first requests; null when it never did
 * @param allAt when it got all of them; null when it never did
 */
public record TrafficTimes(
        @Nullable Instant reachedUsersAt, @Nullable Instant allAt) {
    private static final Set<Kind> SOME = EnumSet.of(Kind.HEALTHY, Kind.TRAFFIC, Kind.SETTLING, Kind.DRAINING);
    private static final Set<Kind> ALL = EnumSet.of(Kind.SETTLING, Kind.DRAINING, Kind.SUCCESS);

    static TrafficTimes of(List<RolloutEvent> events) {
        return new TrafficTimes(first(events, SOME), first(events, ALL));
    }

    private static @Nullable Instant first(List<RolloutEvent> events, Set<Kind> kinds) {
        return events.stream()
                .filter(event -> kinds.contains(event.kind()))
                .map(RolloutEvent::at)
                .findFirst()
                .orElse(null);
    }
}
