package dev.tandem.server.deliver.rollout;

import dev.tandem.server.deliver.judge.Verdict;
import java.util.Locale;

/** What a verdict of the judge says, as a sentence with its numbers. */
public final class Verdicts {
    private static final double MOST_SHOWN = 1_000_000;

    private Verdicts() {}

    public static Told sentence(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Worse worse -> worse(worse);
            case Verdict.NoHarm harmless ->
                Told.of(
                        "no_harm",
                        "no harm seen: {0} of {1} requests of the new revision failed, {2} of {3} of the old",
                        harmless.newRate().bad(),
                        harmless.newRate().requests(),
                        harmless.oldRate().bad(),
                        harmless.oldRate().requests());
            case Verdict.NotEnough open ->
                Told.of("not_enough", "not enough traffic to judge: {0} of {1} requests", open.have(), open.need());
            case Verdict.CannotMeasure blind ->
                Told.of("cannot_measure_" + blind.why().wire(), "nothing can be measured: " + why(blind.why()));
        };
    }

    private static String why(Verdict.Why why) {
        return switch (why) {
            case AGENT_AWAY -> "the agent does not report";
            case PROXY_AWAY -> "the proxy does not answer";
            case COUNTERS_RESET -> "the proxy was started anew and counts from the beginning";
            case NO_COUNTERS -> "the agent sends no counts of this traffic step";
            case SHARED_OUTAGE -> "the old revision fails too, so something that both use is down";
        };
    }

    private static Told worse(Verdict.Worse worse) {
        long newBad = worse.newRate().bad();
        long newAll = worse.newRate().requests();
        long oldBad = worse.oldRate().bad();
        long oldAll = worse.oldRate().requests();
        String evidence = evidence(worse.logTotal());
        String needed = String.format(Locale.ROOT, "%,.0f", worse.needed());
        return switch (worse.stream()) {
            case ERRORS, PROBE_ERRORS ->
                Told.of(
                        "worse_" + worse.stream().wire(),
                        "{0} of {1} " + units(worse) + " of the new revision failed, {2} of {3} of the old; evidence"
                                + " {4}, needed {5}",
                        newBad,
                        newAll,
                        oldBad,
                        oldAll,
                        evidence,
                        needed);
            case SLOW_P50, SLOW_P90, SLOW_P99, PROBE_SLOW ->
                Told.of(
                        worse.stream() == dev.tandem.server.deliver.judge.Stream.PROBE_SLOW
                                ? "worse_probe_slow"
                                : "worse_slow",
                        "{0} of {1} " + units(worse) + " of the new revision took longer than {6} ms, {2} of {3} of"
                                + " the old; evidence {4}, needed {5}",
                        newBad,
                        newAll,
                        oldBad,
                        oldAll,
                        evidence,
                        needed,
                        (long) worse.thresholdMillis());
            case LIMIT_ERRORS ->
                Told.of(
                        "worse_limit_errors",
                        "{0} of {1} requests of the new revision failed, more than is allowed",
                        newBad,
                        newAll);
            case LIMIT_P95 ->
                Told.of(
                        "worse_limit_p95",
                        "{0} of {1} requests of the new revision took longer than the {2} ms that 95 of 100 may take",
                        newBad,
                        newAll,
                        (long) worse.thresholdMillis());
            case FIRST_REQUESTS ->
                Told.of("worse_first_requests", "the first {0} requests of the new revision all failed", newAll);
        };
    }

    private static String units(Verdict.Worse worse) {
        return worse.stream().wire().startsWith("probe") ? "probes" : "requests";
    }

    private static String evidence(double log) {
        double evidence = Math.exp(log);
        return evidence > MOST_SHOWN ? "over 1,000,000" : String.format(Locale.ROOT, "%,.0f", evidence);
    }
}
