package dev.tandem.server.insight.dora;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * DORA's five keys over one window, as the records behind them; each figure is derived from its list and so can show it.
 * Lists are ordered oldest first.
 *
 * @param reached changes that users got to feel: the denominator of the change fail rate
 * @param successes those of them that succeeded: deployment frequency
 * @param failures those of {@code reached} that needed intervention
 * @param changes commits that first reached production
 * @param rollbacks deployments that brought back what was there before
 * @param repairs changes that ended an incident which began before somebody asked for them
 * @param stopped attempts that ended before users got anything of them; counted by no key
 */
public record FiveKeys(
        Window window,
        List<DeploymentRecord> reached,
        List<DeploymentRecord> successes,
        List<Failure> failures,
        List<ChangeRecord> changes,
        List<DeploymentRecord> rollbacks,
        List<DeploymentRecord> repairs,
        List<DeploymentRecord> stopped) {
    public FiveKeys {
        reached = List.copyOf(reached);
        successes = List.copyOf(successes);
        failures = List.copyOf(failures);
        changes = List.copyOf(changes);
        rollbacks = List.copyOf(rollbacks);
        repairs = List.copyOf(repairs);
        stopped = List.copyOf(stopped);
    }

    /** Change lead time. */
    public Distribution leadTime() {
        return new Distribution(changes.stream().map(ChangeRecord::leadTime).toList());
    }

    /** Deployment frequency: deployments per day of the window; empty when there were none. */
    public Optional<Double> perDay() {
        return successes.isEmpty() ? Optional.empty() : Optional.of(successes.size() / window.days());
    }

    /** Time between one deployment and the next of the same service and environment. */
    public Distribution between() {
        List<Duration> gaps = new ArrayList<>();
        successes.stream()
                .collect(java.util.stream.Collectors.groupingBy(each -> List.of(each.projectId(), each.environment())))
                .values()
                .forEach(line -> {
                    for (int i = 1; i < line.size(); i++) {
                        gaps.add(Duration.between(
                                line.get(i - 1).finishedAt(), line.get(i).finishedAt()));
                    }
                });
        return new Distribution(gaps);
    }

    /** Failed deployment recovery time, of those that have recovered. */
    public Distribution recovery() {
        return new Distribution(failures.stream()
                .flatMap(failure -> failure.recovery().stream())
                .toList());
    }

    /** Failures that have not recovered. */
    public long unrecovered() {
        return failures.stream()
                .filter(failure -> failure.recoveredAt() == null)
                .count();
    }

    /** Change fail rate, from 0 to 1; empty when nothing reached production. */
    public Optional<Double> failRate() {
        return ratio(failures.size(), reached.size());
    }

    /** Deployments that nobody had planned: rollbacks and repairs, by their end. */
    public List<DeploymentRecord> unplanned() {
        List<DeploymentRecord> all = new ArrayList<>(rollbacks);
        all.addAll(repairs);
        all.sort(Comparator.comparing(DeploymentRecord::finishedAt));
        return all;
    }

    /** How many deployments there were, planned or not: the denominator of the rework rate. */
    public int all() {
        return reached.size() + rollbacks.size();
    }

    /** Deployment rework rate, from 0 to 1; empty when there were no deployments. */
    public Optional<Double> reworkRate() {
        return ratio(rollbacks.size() + repairs.size(), all());
    }

    private static Optional<Double> ratio(int part, int whole) {
        return whole == 0 ? Optional.empty() : Optional.of(part / (double) whole);
    }
}
