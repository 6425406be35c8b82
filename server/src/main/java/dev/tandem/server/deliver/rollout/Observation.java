package dev.tandem.server.deliver.rollout;

import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.Said;
import dev.tandem.server.deliver.judge.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known outside the rollout at the moment of a decision.
 *
 * @param watchedSince since when this server has been looking; time before that counts against no deadline
 * @param busy another rollout of the environment has its turn
 * @param newer a newer rollout of the environment waits too, as a sentence's end ("#12"); null when none does
 * @param agent the agent's latest report; null when it has not reported
 * @param verdict what the judge says of the step now; null when it was not asked
 */
public record Observation(
        Instant watchedSince,
        boolean busy,
        @Nullable String newer,
        @Nullable AgentView agent,
        @Nullable Verdict verdict) {

    /**
     * The part of a report that concerns one environment.
     *
     * @param heardAt when the report came, by the server's clock
     * @param caughtUp whether the agent has taken up the newest desired state
     * @param revisions by revision
     * @param weights relative weights that the proxy uses now, by revision
     */
    public record AgentView(
            Instant heardAt, boolean caughtUp, Map<String, Seen> revisions, Map<String, Integer> weights) {
        public AgentView {
            revisions = Map.copyOf(revisions);
            weights = Map.copyOf(weights);
        }

        /** Percent of new requests that {@code revision} gets; 0 when nothing gets any. */
        public int share(@Nullable String revision) {
            long sum = weights.values().stream().mapToLong(Integer::longValue).sum();
            Integer own = revision == null ? null : weights.get(revision);
            return sum == 0 || own == null ? 0 : Math.toIntExact(Math.round(own * 100.0 / sum));
        }
    }

    /**
     * One revision as the agent sees it.
     *
     * @param said why it is in this state
     * @param logTail last lines of its output
     * @param proved whether it passed the check that was asked for when the requests went to it
     */
    public record Seen(RevisionState state, int restarts, Said said, List<String> logTail, boolean proved) {
        public Seen {
            logTail = List.copyOf(logTail);
        }
    }

    @Nullable
    Seen seen(@Nullable String revision) {
        return agent == null || revision == null ? null : agent.revisions().get(revision);
    }
}
