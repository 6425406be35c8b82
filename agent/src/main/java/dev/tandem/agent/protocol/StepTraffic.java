package dev.tandem.agent.protocol;

import java.util.List;

/**
 * What one revision did with the requests that one traffic step sent it. Cumulative since the proxy process named by
 * {@code epoch} took up the step.
 *
 * @param requests attempts that ended
 * @param errors of these that failed, each of them
 * @param judgedForLatency of these that began when all revisions of the step were warm
 * @param overLimit of those that took longer than the limit
 * @param errorEvents failures, of which one client makes at most one a second
 * @param slowEvents the same for requests slower than each threshold
 */
public record StepTraffic(
        String service,
        String stepId,
        String revision,
        String epoch,
        long requests,
        long errors,
        long judgedForLatency,
        long overLimit,
        long errorEvents,
        List<Long> slowEvents) {
    public StepTraffic {
        slowEvents = List.copyOf(slowEvents);
    }
}
