package dev.tandem.server.deliver.judge;

import org.apache.commons.numbers.gamma.LogBeta;

/**
 * A bet against one claim about the chance that an event (or a request) is a bad one of the new revision. Its stake grows
 * with evidence against the claim: as long as the claim holds, it reaches N with a probability of at most 1/N, however
 * often one looks. Immutable.
 */
public final class Bet {
    private final double a;
    private final double b;
    private final double limit;
    private final boolean above;
    private final double prior;

    /**
     * @param a of the prior Beta(a, b), cut off at {@code limit}
     * @param above whether the bet is on chances above the limit, or below
     */
    private Bet(double a, double b, double limit, boolean above) {
        this.a = a;
        this.b = b;
        this.limit = limit;
        this.above = above;
        this.prior = logMass(a, b);
    }

    /** Against "the new revision is at most {@code ratio} times as often bad", when it gets {@code share} of requests. */
    public static Bet worse(double share, double ratio) {
        return new Bet(2 * share, 2 * (1 - share), limit(share, ratio), true);
    }

    /** Against "the new revision is at least {@code ratio} times as often bad". */
    public static Bet likeOld(double share, double ratio) {
        return new Bet(2 * share, 2 * (1 - share), limit(share, ratio), false);
    }

    /** Against "at least {@code ratio} of its requests are bad". */
    public static Bet fewer(double ratio) {
        return new Bet(1, 2 / ratio, ratio, false);
    }

    /** Against "at most {@code ratio} of its requests are bad". */
    public static Bet more(double ratio) {
        return worse(ratio, 1);
    }

    /** The share of bad events that falls on a new revision which is {@code ratio} times as often bad as the old one. */
    static double limit(double share, double ratio) {
        return share * ratio / (share * ratio + 1 - share);
    }

    /**
     * Natural logarithm of the evidence; 0 without events.
     *
     * @param k events against, 0 to {@code n}
     */
    public double logEvidence(long k, long n) {
        if (n == 0) {
            return 0;
        }
        return logMass(a + k, b + (n - k)) - prior - k * Math.log(limit) - (n - k) * Math.log1p(-limit);
    }

    /** Events after which the bet would have reached {@code evidence} if none of them were against it. */
    long needed(double evidence) {
        long high = 1;
        while (logEvidence(0, high) < Math.log(evidence)) {
            high *= 2;
        }
        long low = high / 2;
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (logEvidence(0, middle) < Math.log(evidence)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private double logMass(double alpha, double beta) {
        return LogBeta.value(alpha, beta)
                + (above ? LogTail.upper(limit, alpha, beta) : LogTail.lower(limit, alpha, beta));
    }
}
