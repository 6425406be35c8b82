package dev.tandem.server.deliver.judge;

import java.util.List;
import java.util.Locale;

/**
 * What the judge says of a rollout at one moment, with the numbers that it stands on. Holds no sentences: pages and logs
 * make theirs from {@link #code()} and the numbers.
 */
public sealed interface Verdict {

    /** Stable word for storage, programs and keys of messages. */
    String code();

    /**
     * The new revision has more bad events than tolerated: take it back.
     *
     * @param stream the kind of event that carried the verdict
     * @param thresholdMillis what counts as slow in this stream; 0 where the stream is not about time
     * @param newBad events on the new revision (k)
     * @param bad events on both (n)
     * @param share of the requests that the new revision got (q), 0 to 1; of several traffic steps, the latest
     * @param logEvidence natural logarithm of the stream's evidence
     * @param logTotal natural logarithm of the evidence of all streams together, which decided
     * @param needed what the total had to reach: 1/alpha
     */
    record Worse(
            Stream stream,
            int thresholdMillis,
            long newBad,
            long bad,
            double share,
            double logEvidence,
            double logTotal,
            double needed,
            Rate newRate,
            Rate oldRate)
            implements Verdict {
        @Override
        public String code() {
            return "worse";
        }
    }

    /**
     * Enough evidence in this traffic step that the new revision does no harm: go on.
     *
     * @param newRate failed requests of the new revision in this step
     * @param proofs each reached what it had to
     */
    record NoHarm(Rate newRate, Rate oldRate, List<Proof> proofs) implements Verdict {
        public NoHarm {
            proofs = List.copyOf(proofs);
        }

        @Override
        public String code() {
            return "no_harm";
        }
    }

    /**
     * Not enough evidence either way: wait.
     *
     * @param have requests of the new revision in this traffic step
     * @param need requests after which no harm would be proved if none of them failed
     * @param proofs as far as they have come
     */
    record NotEnough(long have, long need, Rate newRate, Rate oldRate, List<Proof> proofs) implements Verdict {
        public NotEnough {
            proofs = List.copyOf(proofs);
        }

        @Override
        public String code() {
            return "not_enough";
        }
    }

    /** Nothing can be said: hold the traffic where it is, never go on. */
    record CannotMeasure(Why why) implements Verdict {
        @Override
        public String code() {
            return "cannot_measure";
        }
    }

    /** What stands in the way of measuring. */
    enum Why {
        /** No report of the agent for too long. */
        AGENT_AWAY,
        /** The agent reports, but its proxy does not answer. */
        PROXY_AWAY,
        /** The proxy was started anew in the middle of a traffic step; counting begins again. */
        COUNTERS_RESET,
        /** The counters of this traffic step are not there yet, or not any more. */
        NO_COUNTERS,
        /** The old revision fails too: something that both use is down. */
        SHARED_OUTAGE;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One of the things that must be proved before a traffic step may end early.
     *
     * @param bad events on the new revision (k)
     * @param of what they are counted from (n): its requests, or the events on both revisions
     * @param logEvidence natural logarithm of the evidence against harm
     * @param needed what it has to reach
     */
    record Proof(Claim claim, long bad, long of, double logEvidence, double needed) {
        public boolean holds() {
            return logEvidence >= Math.log(needed);
        }
    }

    /** What is to be proved. */
    enum Claim {
        /** The new revision fails fewer requests than the ratio that is allowed. */
        FEW_ERRORS,
        /** It does not fail several times as often as the old one. */
        ERRORS_LIKE_OLD,
        /** It is not slow several times as often as the old one. */
        LATENCY_LIKE_OLD;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
