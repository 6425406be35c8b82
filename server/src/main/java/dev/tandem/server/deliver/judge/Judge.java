package dev.tandem.server.deliver.judge;

import dev.tandem.server.deliver.judge.Course.Window;
import dev.tandem.server.deliver.judge.Verdict.CannotMeasure;
import dev.tandem.server.deliver.judge.Verdict.Claim;
import dev.tandem.server.deliver.judge.Verdict.NoHarm;
import dev.tandem.server.deliver.judge.Verdict.NotEnough;
import dev.tandem.server.deliver.judge.Verdict.Proof;
import dev.tandem.server.deliver.judge.Verdict.Why;
import dev.tandem.server.deliver.judge.Verdict.Worse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges a rollout by what it has shown. Pure, and safe to ask as often as one likes: that a rollout which is no worse
 * than tolerated is ever called worse has a probability of at most alpha over its whole life, and as much again for
 * each limit on the new revision alone that it keeps.
 */
public final class Judge {
    /** Chance that one proof of no harm is wrong. */
    private static final double PROOF_ALPHA = 0.05;

    /** Harm, to be disproved, is to be bad this many times as often as the old revision. */
    private static final double HARM = 2;

    /** So many requests that all fail, at the very beginning, need no statistics. */
    private static final int FIRST_REQUESTS = 5;

    /** From this share of failures on, with at least {@link #OUTAGE_ERRORS}, the old revision does not work either. */
    private static final double OUTAGE = 0.1;

    private static final long OUTAGE_ERRORS = 5;
    private static final double P95 = 0.05;

    private final Course course;
    private final JudgePolicy policy;
    private final Situation situation;
    private final Thresholds thresholds;

    private Judge(Course course, JudgePolicy policy, Thresholds thresholds, Situation situation) {
        this.course = course;
        this.policy = policy;
        this.thresholds = thresholds;
        this.situation = situation;
    }

    /** What can be said now. */
    public static Verdict judge(Course course, JudgePolicy policy, Thresholds thresholds, Situation situation) {
        return new Judge(course, policy, thresholds, situation).judge();
    }

    /** Natural logarithm of what one stream alone says against the new revision. */
    public static double logEvidence(Course course, JudgePolicy policy, Thresholds thresholds, Stream stream) {
        Situation none = new Situation(course.beganAt(), course.beganAt(), true, true, course.beganAt(), true);
        return new Judge(course, policy, thresholds, none).evidence(stream);
    }

    private Verdict judge() {
        Optional<Worse> worse = worse();
        if (worse.isPresent()) {
            return worse.get();
        }
        Optional<Why> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return new CannotMeasure(obstacle.get());
        }
        Optional<Worse> hard = nothingButErrors().or(this::limitBroken);
        if (hard.isPresent()) {
            // At 100 % nothing tells a bad revision from a bad day but whether the old one is well.
            return situation.oldPasses() || !hasOld() ? hard.get() : new CannotMeasure(Why.SHARED_OUTAGE);
        }
        return harm();
    }

    private boolean hasOld() {
        return thresholds.hasOld();
    }

    private Optional<Why> obstacle() {
        if (Duration.between(situation.heardAt(), situation.now()).compareTo(Situation.AWAY) > 0) {
            return Optional.of(Why.AGENT_AWAY);
        }
        if (!situation.proxyRunning()) {
            return Optional.of(Why.PROXY_AWAY);
        }
        if (situation.resetAt().isAfter(situation.now().minus(Situation.SETTLE))) {
            return Optional.of(Why.COUNTERS_RESET);
        }
        if (!situation.counted()) {
            return Optional.of(Why.NO_COUNTERS);
        }
        return course.recent().stream().anyMatch(this::oldFailsToo) ? Optional.of(Why.SHARED_OUTAGE) : Optional.empty();
    }

    private boolean oldFailsToo(Segment recent) {
        Rate old = recent.older().rate();
        Rate latest = recent.newer().rate();
        boolean oldFails = old.bad() >= OUTAGE_ERRORS && old.ratio() >= Math.max(OUTAGE, policy.maxErrorRatio());
        // Where only the old one fails, the new one mends it.
        return oldFails && (latest.requests() == 0 || latest.ratio() >= OUTAGE);
    }

    // ---- worse

    private Optional<Worse> worse() {
        List<Stream> streams = thresholds.streams();
        double needed = Math.log(1 / policy.alpha());
        double total = Double.NEGATIVE_INFINITY;
        double best = Double.NEGATIVE_INFINITY;
        Stream carrier = streams.getFirst();
        for (Stream stream : streams) {
            double evidence = evidence(stream);
            total = logSum(total, evidence - Math.log(streams.size()));
            if (evidence > best) {
                best = evidence;
                carrier = stream;
            }
        }
        return total >= needed ? Optional.of(verdict(carrier, best, total)) : Optional.empty();
    }

    /** Natural logarithm of a stream's evidence: the weighted average over all windows. */
    private double evidence(Stream stream) {
        Evidence evidence = new Evidence(stream);
        int begun = course.windows().size();
        double sum = -Math.log(begun + 1.0);
        for (Window window : course.windows()) {
            double weight = -Math.log((double) window.number() * (window.number() + 1));
            sum = logSum(sum, weight + evidence.since(window));
        }
        return sum;
    }

    /** The evidence of one stream from one window on: the product over the segments, each with its own share. */
    private final class Evidence {
        private final int[] index;
        private final Bet[] bets;
        private final long[] lastK;
        private final long[] lastN;
        private double last;

        Evidence(Stream stream) {
            int size = course.segments().size();
            index = new int[size];
            bets = new Bet[size];
            lastK = new long[size];
            lastN = new long[size];
            for (int i = 0; i < size; i++) {
                Segment segment = course.segments().get(i);
                index[i] = segment.compares() ? segment.kind().streams().indexOf(stream) : -1;
                bets[i] = Bet.worse(segment.compares() ? segment.share() : 0.5, policy.tolerance());
            }
        }

        /** Most windows saw nothing that the next one did not see too, so the last answer often holds again. */
        double since(Window window) {
            boolean same = true;
            for (int i = 0; i < index.length; i++) {
                if (index[i] >= 0) {
                    long k = course.newer(window, i, index[i]);
                    long n = k + course.older(window, i, index[i]);
                    same &= k == lastK[i] && n == lastN[i];
                    lastK[i] = k;
                    lastN[i] = n;
                }
            }
            if (!same) {
                last = 0;
                for (int i = 0; i < index.length; i++) {
                    last += bets[i].logEvidence(lastK[i], lastN[i]);
                }
            }
            return last;
        }
    }

    /** The numbers of the window that weighs most: from then on it was bad. */
    private Worse verdict(Stream stream, double logEvidence, double logTotal) {
        Evidence evidence = new Evidence(stream);
        Window heaviest = course.windows().getFirst();
        double most = Double.NEGATIVE_INFINITY;
        for (Window window : course.windows()) {
            double weight = evidence.since(window) - Math.log((double) window.number() * (window.number() + 1));
            if (weight > most) {
                most = weight;
                heaviest = window;
            }
        }
        long newBad = 0;
        long oldBad = 0;
        long newRequests = 0;
        long oldRequests = 0;
        double share = 0;
        for (Segment segment : course.since(heaviest)) {
            int index = segment.kind().streams().indexOf(stream);
            if (index >= 0 && segment.compares()) {
                newBad += segment.newer().events().get(index);
                oldBad += segment.older().events().get(index);
                newRequests += segment.newer().requests();
                oldRequests += segment.older().requests();
                share = segment.share();
            }
        }
        return new Worse(
                stream,
                thresholds.millis(stream),
                newBad,
                newBad + oldBad,
                share,
                logEvidence,
                logTotal,
                1 / policy.alpha(),
                new Rate(newBad, newRequests),
                new Rate(oldBad, oldRequests));
    }

    // ---- hard checks and limits

    private Optional<Worse> nothingButErrors() {
        Counts all = course.segments().stream()
                .filter(segment -> segment.kind() == Segment.Kind.TRAFFIC)
                .map(Segment::newer)
                .reduce(Segment.Kind.TRAFFIC.none(), Counts::plus);
        if (all.requests() < FIRST_REQUESTS || all.errors() < all.requests()) {
            return Optional.empty();
        }
        return Optional.of(alone(Stream.FIRST_REQUESTS, 0, all.rate(), 0));
    }

    /** Where there is no comparison, the new revision stands for itself. */
    private Optional<Worse> limitBroken() {
        if (course.current().compares()) {
            return Optional.empty();
        }
        Counts alone = course.proving().newer();
        return limitBroken(Stream.LIMIT_ERRORS, 0, policy.maxErrorRatio(), alone.rate())
                .or(() -> policy.maxP95Millis() == null
                        ? Optional.empty()
                        : limitBroken(
                                Stream.LIMIT_P95,
                                policy.maxP95Millis(),
                                P95,
                                new Rate(alone.overLimit(), alone.judgedForLatency())));
    }

    private Optional<Worse> limitBroken(Stream stream, int millis, double ratio, Rate rate) {
        double evidence = Bet.more(ratio).logEvidence(rate.bad(), rate.requests());
        return evidence >= Math.log(1 / policy.alpha())
                ? Optional.of(alone(stream, millis, rate, evidence))
                : Optional.empty();
    }

    private Worse alone(Stream stream, int millis, Rate rate, double evidence) {
        return new Worse(
                stream, millis, rate.bad(), rate.bad(), 1, evidence, evidence, 1 / policy.alpha(), rate, Rate.NONE);
    }

    // ---- no harm

    private Verdict harm() {
        Segment proving = course.proving();
        List<Proof> proofs = proofs(proving);
        Duration lasted = Duration.between(course.proof().since(), situation.now());
        Rate newRate = proving.newer().rate();
        Rate oldRate = proving.older().rate();
        if (lasted.compareTo(policy.minimumStep()) >= 0 && proofs.stream().allMatch(Proof::holds)) {
            return new NoHarm(newRate, oldRate, proofs);
        }
        long need = Bet.fewer(policy.maxErrorRatio()).needed(1 / PROOF_ALPHA);
        return new NotEnough(newRate.requests(), need, newRate, oldRate, proofs);
    }

    private List<Proof> proofs(Segment proving) {
        List<Proof> proofs = new ArrayList<>();
        Rate rate = proving.newer().rate();
        proofs.add(proof(Claim.FEW_ERRORS, Bet.fewer(policy.maxErrorRatio()), rate.bad(), rate.requests()));
        if (proving.compares()) {
            likeOld(Claim.LATENCY_LIKE_OLD, proving, Stream.SLOW_P90).ifPresent(proofs::add);
            likeOld(Claim.ERRORS_LIKE_OLD, proving, Stream.ERRORS).ifPresent(proofs::add);
        }
        return proofs;
    }

    /** Where nothing bad happened at all, there is nothing to compare. */
    private static Optional<Proof> likeOld(Claim claim, Segment proving, Stream stream) {
        int index = proving.kind().streams().indexOf(stream);
        long k = proving.newer().events().get(index);
        long n = k + proving.older().events().get(index);
        return n == 0 ? Optional.empty() : Optional.of(proof(claim, Bet.likeOld(proving.share(), HARM), k, n));
    }

    private static Proof proof(Claim claim, Bet bet, long k, long n) {
        return new Proof(claim, k, n, bet.logEvidence(k, n), 1 / PROOF_ALPHA);
    }

    /** ln(e^x + e^y) without overflow. */
    private static double logSum(double x, double y) {
        double high = Math.max(x, y);
        return high == Double.NEGATIVE_INFINITY ? high : high + Math.log(Math.exp(x - high) + Math.exp(y - high));
    }
}
