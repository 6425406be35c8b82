package dev.tandem.bench.simulation;

import dev.tandem.bench.simulation.Scenario.Weather;
import dev.tandem.bench.simulation.Simulation.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of docs/verification.md: what three ways to judge make of the same rollouts. */
public final class JudgeTable {
    private static final long SEED = 20261128;

    private JudgeTable() {}

    /** Prints it; {@code rollouts} of each scenario. */
    public static void print(int rollouts) {
        System.out.printf(
                Locale.ROOT,
                "%n%d rollouts of each row, 10 minutes each, seed %d. Called worse; median seconds until then, from when it"
                        + " went bad; failed answers of the new revision until then (median, 90th percentile).%n%n",
                rollouts,
                SEED);
        System.out.println("| | | Tandem | | | | threshold counter | | Mann-Whitney | |");
        System.out.println(
                "| what happens | requests/s | worse | s | bad answers | step may end after | worse | s | worse | s |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (Scenario scenario : scenarios()) {
            Map<Kind, List<Outcome>> all = new Simulation(scenario, SEED).run(rollouts);
            Figures tandem = Figures.of(all, Kind.TANDEM);
            Figures threshold = Figures.of(all, Kind.THRESHOLD);
            Figures rank = Figures.of(all, Kind.RANK);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                    scenario.name(),
                    rate(scenario.perSecond()),
                    tandem.worse(),
                    tandem.seconds(Look.WORSE),
                    tandem.badAnswers(),
                    tandem.seconds(Look.GO_ON),
                    threshold.worse(),
                    threshold.seconds(Look.WORSE),
                    rank.worse(),
                    rank.seconds(Look.WORSE));
        }
    }

    private static String rate(double perSecond) {
        return perSecond < 1 ? "1 a minute" : "%.0f".formatted(perSecond);
    }

    /** From a request a minute to a thousand a second. */
    private static List<Scenario> scenarios() {
        double minute = 1 / 60.0;
        return List.of(
                Scenario.harmless("no worse: 1 % fail", minute, 0.01),
                Scenario.harmless("no worse: 1 % fail", 5, 0.01),
                Scenario.harmless("no worse: 1 % fail", 50, 0.01),
                Scenario.harmless("no worse: 0.1 % fail", 300, 0.001),
                Scenario.harmless("no worse: 2 % fail", 300, 0.02),
                Scenario.harmless("no worse: 0.1 % fail", 1000, 0.001),
                Scenario.worse("as bad as tolerated: 1 %, then 1.25 %", 300, 0.01, 0.0125),
                Scenario.harmless("no worse, half of the traffic each", 50, 0.01)
                        .half(),
                Scenario.harmless("no worse, traffic and failures drift", 50, 0.01)
                        .in(Weather.DRIFT),
                Scenario.harmless("no worse, bursts", 50, 0.01).in(Weather.BURSTS),
                Scenario.harmless("no worse, both fail for a minute", 50, 0.005).in(Weather.OUTAGE),
                Scenario.harmless("no worse, cold start", 50, 0.005).in(Weather.COLD_START),
                Scenario.harmless("no worse, 20 clients that retry", 50, 0.02).retrying(20, 20),
                Scenario.worse("0.5 % before, 50 % fail", minute, 0.005, 0.5),
                Scenario.worse("the same, with probes", minute, 0.005, 0.5).probed(),
                Scenario.harmless("no worse: 1 % fail, with probes", minute, 0.01)
                        .probed(),
                Scenario.worse("0.5 % before, 50 % fail", 1, 0.005, 0.5),
                Scenario.worse("0.5 % before, 20 % fail", 5, 0.005, 0.2),
                Scenario.worse("0.5 % before, 5 % fail", 50, 0.005, 0.05),
                Scenario.worse("0.5 % before, 20 % fail", 50, 0.005, 0.2),
                Scenario.worse("0.1 % before, 1 % fail", 300, 0.001, 0.01),
                Scenario.worse("0.1 % before, 5 % fail", 300, 0.001, 0.05),
                Scenario.worse("1 % before, 2 % fail", 300, 0.01, 0.02),
                Scenario.worse("0.1 % before, 5 % fail", 1000, 0.001, 0.05),
                Scenario.worse("20 clients that retry, 20 % fail", 50, 0.005, 0.2)
                        .retrying(20, 20),
                Scenario.worse("late: 5 % fail from 120 s on", 50, 0.005, 0.05).from(120),
                Scenario.worse("late: 20 % fail from 120 s on", 50, 0.005, 0.2).from(120),
                Scenario.worse("late: 5 % fail from 120 s on", 300, 0.001, 0.05).from(120),
                Scenario.worse("late: 5 % fail from 300 s on, traffic drifts", 50, 0.005, 0.05)
                        .from(300)
                        .in(Weather.DRIFT),
                Scenario.harmless("twice as slow", 50, 0.005).slower(2),
                Scenario.harmless("half as slow again", 300, 0.001).slower(1.5));
    }

    private record Figures(List<Outcome> outcomes) {
        static Figures of(Map<Kind, List<Outcome>> all, Kind kind) {
            return new Figures(all.getOrDefault(kind, List.of()));
        }

        String worse() {
            long worse =
                    outcomes.stream().filter(one -> one.look() == Look.WORSE).count();
            return worse == 0 || worse == outcomes.size()
                    ? (worse == 0 ? "0" : "all")
                    : String.format(Locale.ROOT, "%.1f %%", 100.0 * worse / outcomes.size());
        }

        String seconds(Look look) {
            double[] seconds = outcomes.stream()
                    .filter(one -> one.look() == look)
                    .mapToDouble(Outcome::seconds)
                    .sorted()
                    .toArray();
            return seconds.length == 0 ? "-" : "%.0f".formatted(at(seconds, 0.5));
        }

        String badAnswers() {
            double[] bad = outcomes.stream()
                    .filter(one -> one.look() == Look.WORSE)
                    .mapToDouble(Outcome::badAnswers)
                    .sorted()
                    .toArray();
            return bad.length == 0 ? "-" : "%.0f, %.0f".formatted(at(bad, 0.5), at(bad, 0.9));
        }

        private static double at(double[] sorted, double quantile) {
            return sorted[Math.min(sorted.length - 1, (int) (quantile * sorted.length))];
        }
    }
}
