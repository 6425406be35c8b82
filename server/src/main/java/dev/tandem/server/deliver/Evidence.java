package dev.tandem.server.deliver;

import dev.tandem.agent.protocol.AgentReport;
import dev.tandem.agent.protocol.RevisionState;
import dev.tandem.agent.protocol.RevisionTraffic;
import dev.tandem.agent.protocol.StepTraffic;
import dev.tandem.agent.protocol.WatchSpec;
import dev.tandem.server.deliver.judge.Counts;
import dev.tandem.server.deliver.judge.Course;
import dev.tandem.server.deliver.judge.Judge;
import dev.tandem.server.deliver.judge.JudgePolicy;
import dev.tandem.server.deliver.judge.Segment;
import dev.tandem.server.deliver.judge.Situation;
import dev.tandem.server.deliver.judge.Thresholds;
import dev.tandem.server.deliver.judge.Verdict;
import dev.tandem.server.deliver.rollout.Rollout;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.platform.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gathers what agents count of the traffic steps of rollouts and asks the judge. What it knows is written down whenever a
 * window begins, so that a restarted server goes on. Safe for use by many threads.
 */
final class Evidence implements RolloutExecutor.Judging {
    /** Each costs the services a request a second. */
    private static final int MOST_PROBES = 10;

    private final Database database;
    private final AgentReports reports;
    private final Signals signals;
    private final RolloutTimes times;
    private final JsonMapper json;
    private final Clock clock;
    private final Map<Long, Trial> trials = new ConcurrentHashMap<>();
    /** How the old revision answered lately, in buckets; read before the transaction that shares the first requests. */
    private final Map<Long, List<Long>> recent = new ConcurrentHashMap<>();

    Evidence(
            Database database,
            AgentReports reports,
            Signals signals,
            RolloutTimes times,
            JsonMapper json,
            Clock clock) {
        this.database = database;
        this.reports = reports;
        this.signals = signals;
        this.times = times;
        this.json = json;
        this.clock = clock;
    }

    /** @param resetAt when the counters of a step began again */
    private record Trial(
            Thresholds thresholds,
            List<String> probes,
            @Nullable Course course,
            Instant resetAt) {
        Trial with(@Nullable Course newer, Instant reset) {
            return new Trial(thresholds, probes, newer, reset);
        }
    }

    /** The signals keep locks of their own, and are not to be waited for by a transaction. */
    @Override
    public void prepare(long rolloutId) {
        database.read(sql -> new RolloutStore(sql, times).find(rolloutId)).ifPresent(stored -> {
            String previous = stored.rollout().previous();
            if (stored.rollout().strategy() == Strategy.CANARY && previous != null) {
                recent.put(
                        rolloutId, RecentLatency.buckets(signals, stored.environmentId(), previous, clock.instant()));
            }
        });
    }

    /** Fixes what counts as slow, and what is probed. To be called in the transaction in which the rollout's first requests are shared. */
    @Override
    public void begin(DSLContext sql, StoredRollout stored) {
        if (stored.rollout().strategy() != Strategy.CANARY) {
            return;
        }
        TrialStore trials = new TrialStore(sql, json);
        String previous = stored.rollout().previous();
        if (previous == null) {
            trials.begin(stored.id(), Thresholds.FIRST, List.of(), clock.instant());
            return;
        }
        Environment environment =
                new EnvironmentStore(sql).find(stored.environmentId()).orElseThrow();
        List<String> probes = probes(environment, stored, previous);
        List<Long> buckets = Objects.requireNonNull(recent.get(stored.id()), "prepare() comes before begin()");
        Thresholds thresholds = Thresholds.of(RevisionTraffic.BUCKET_MILLIS, buckets, !probes.isEmpty());
        trials.begin(stored.id(), thresholds, probes, clock.instant());
    }

    /** What the person who deploys names, and what both revisions declare as health checks. */
    private List<String> probes(Environment environment, StoredRollout stored, String previous) {
        Set<String> both = new TreeSet<>(checks(environment, previous));
        both.retainAll(checks(environment, stored.rollout().revision()));
        return Stream.concat(stored.options().probes().stream(), both.stream())
                .distinct()
                .limit(MOST_PROBES)
                .toList();
    }

    private List<String> checks(Environment environment, String revision) {
        return reports.latest(environment.agentId()).stream()
                .flatMap(heard -> heard.report().revisions().stream())
                .filter(status -> status.service().equals(environment.serviceKey())
                        && status.revision().equals(revision))
                .flatMap(status -> Stream.ofNullable(status.checks()).flatMap(List::stream))
                .toList();
    }

    /** What the proxy should count for this rollout now; null when nothing is to be counted. */
    @Nullable
    WatchSpec watch(DSLContext sql, StoredRollout stored, @Nullable Integer limitMillis) {
        Rollout rollout = stored.rollout();
        return switch (rollout.phase()) {
            case SWITCHING, SETTLING ->
                trial(sql, stored.id())
                        .map(trial -> new WatchSpec(
                                stored.stepId(),
                                rollout.revision(),
                                rollout.previous(),
                                trial.thresholds().slowMillis(),
                                limitMillis,
                                rollout.share() < 100 ? trial.probes() : List.of()))
                        .orElse(null);
            case QUEUED, PREPARING, CHECKING, DRAINING, REVERTING, SUCCESS, FAILED, CANCELED, SUPERSEDED -> null;
        };
    }

    /** Takes what the rollout's agent reported last. To be called before {@link #verdict}, outside of transactions. */
    @Override
    public void take(long rolloutId) {
        Instant now = clock.instant();
        record Known(StoredRollout stored, Environment environment) {}
        Optional<Known> known = database.read(sql -> {
            Optional<StoredRollout> stored = new RolloutStore(sql, times).find(rolloutId);
            stored.ifPresent(rollout -> trial(sql, rollout.id()));
            return stored.flatMap(rollout -> new EnvironmentStore(sql)
                    .find(rollout.environmentId())
                    .map(environment -> new Known(rollout, environment)));
        });
        known.ifPresent(here -> {
            Course before = course(rolloutId);
            trials.computeIfPresent(rolloutId, (id, trial) -> taken(trial, here.stored(), here.environment(), now));
            Course after = course(rolloutId);
            if (after != null && (before == null || written(before) != written(after))) {
                database.write(tx -> {
                    new TrialStore(tx.sql(), json).course(rolloutId, after, now);
                    return true;
                });
            }
        });
    }

    private static int written(Course course) {
        return course.windows().size() * 1000 + course.segments().size();
    }

    private @Nullable Course course(long rolloutId) {
        Trial trial = trials.get(rolloutId);
        return trial == null ? null : trial.course();
    }

    private Trial taken(Trial trial, StoredRollout stored, Environment environment, Instant now) {
        List<Segment> segments = reports.latest(environment.agentId())
                .map(heard -> segments(heard.report(), environment.serviceKey(), stored))
                .orElse(List.of());
        if (segments.isEmpty()) {
            return trial;
        }
        Course course = trial.course();
        if (course == null) {
            Course begun = Course.begin(now, segments.getFirst());
            return trial.with(begun.with(now, segments.subList(1, segments.size())), trial.resetAt());
        }
        Course next = course.with(now, segments);
        boolean anew = next.current().step().equals(course.current().step())
                && !next.current().epoch().equals(course.current().epoch());
        return trial.with(next, anew ? now : trial.resetAt());
    }

    /** What the report says of the rollout's traffic steps, oldest first. */
    private static List<Segment> segments(AgentReport report, String service, StoredRollout stored) {
        Rollout rollout = stored.rollout();
        List<StepTraffic> all = Objects.requireNonNullElse(report.steps(), List.of());
        List<Segment> segments = new ArrayList<>();
        for (int step = 0; step <= rollout.step() && step < rollout.steps().size(); step++) {
            String id = stored.id() + "." + (step + 1);
            double share = rollout.steps().get(step) / 100.0;
            Optional<StepTraffic> newer = find(all, service, id, rollout.revision());
            Counts older = find(all, service, id, rollout.previous())
                    .map(Evidence::counts)
                    .orElse(Segment.Kind.TRAFFIC.none());
            newer.ifPresent(counted -> segments.add(
                    new Segment(Segment.Kind.TRAFFIC, id, counted.epoch(), share, counts(counted), older)));
            // The first segment of a rollout is one of traffic: from its first request on the windows count.
            if (!segments.isEmpty()) {
                probed(report, service, stored, id).ifPresent(segments::add);
            }
        }
        return segments;
    }

    private static Optional<Segment> probed(AgentReport report, String service, StoredRollout stored, String step) {
        List<StepTraffic> all = Objects.requireNonNullElse(report.probes(), List.of());
        Optional<StepTraffic> newer = find(all, service, step, stored.rollout().revision());
        Optional<StepTraffic> older = find(all, service, step, stored.rollout().previous());
        return newer.flatMap(ofNew -> older.map(ofOld ->
                new Segment(Segment.Kind.PROBES, step, ofNew.epoch(), 0.5, probeCounts(ofNew), probeCounts(ofOld))));
    }

    private static Counts probeCounts(StepTraffic probes) {
        long slow = probes.slowEvents().isEmpty() ? 0 : probes.slowEvents().getFirst();
        return new Counts(
                probes.requests(), probes.errors(), probes.judgedForLatency(), 0, List.of(probes.errorEvents(), slow));
    }

    private static Optional<StepTraffic> find(
            List<StepTraffic> all, String service, String step, @Nullable String revision) {
        return all.stream()
                .filter(one -> one.service().equals(service)
                        && one.stepId().equals(step)
                        && one.revision().equals(revision))
                .findFirst();
    }

    private static Counts counts(StepTraffic traffic) {
        List<Long> slow = traffic.slowEvents().size() == 3 ? traffic.slowEvents() : List.of(0L, 0L, 0L);
        return new Counts(
                traffic.requests(),
                traffic.errors(),
                traffic.judgedForLatency(),
                traffic.overLimit(),
                Stream.concat(Stream.of(traffic.errorEvents()), slow.stream()).toList());
    }

    /** What the judge says now; null when this rollout is not judged. */
    @Override
    public @Nullable Verdict verdict(DSLContext sql, StoredRollout stored, Instant now) {
        JudgePolicy policy = stored.options().judgePolicy(times.minimumStep(stored.options()));
        Trial trial = trial(sql, stored.id()).orElse(null);
        Environment environment =
                new EnvironmentStore(sql).find(stored.environmentId()).orElseThrow();
        AgentReports.Heard heard = reports.latest(environment.agentId()).orElse(null);
        if (trial == null || heard == null) {
            return null;
        }
        Course course = trial.course();
        if (course == null) {
            return new Verdict.CannotMeasure(Verdict.Why.NO_COUNTERS);
        }
        boolean counted = segments(heard.report(), environment.serviceKey(), stored).stream()
                .anyMatch(segment -> segment.step().equals(stored.stepId()));
        Verdict verdict = Judge.judge(
                course,
                policy,
                trial.thresholds(),
                new Situation(
                        now,
                        heard.at(),
                        heard.report().proxy().running(),
                        counted,
                        trial.resetAt(),
                        oldPasses(heard.report(), environment.serviceKey(), stored)));
        if (verdict instanceof Verdict.CannotMeasure) {
            // What was proved before does not count for what comes after.
            trials.computeIfPresent(
                    stored.id(),
                    (id, latest) -> latest.with(
                            latest.course() == null ? null : latest.course().proveFrom(now), latest.resetAt()));
        }
        return verdict;
    }

    private static boolean oldPasses(AgentReport report, String service, StoredRollout stored) {
        return report.revisions().stream()
                .anyMatch(status -> status.service().equals(service)
                        && status.revision().equals(stored.rollout().previous())
                        && status.state() == RevisionState.HEALTHY);
    }

    @Override
    public void forget(long rolloutId) {
        trials.remove(rolloutId);
        recent.remove(rolloutId);
    }

    private Optional<Trial> trial(DSLContext sql, long rolloutId) {
        Trial known = trials.get(rolloutId);
        if (known != null) {
            return Optional.of(known);
        }
        return new TrialStore(sql, json).find(rolloutId).map(stored -> {
            Trial read = new Trial(stored.thresholds(), stored.probes(), stored.course(), Instant.EPOCH);
            Trial other = trials.putIfAbsent(rolloutId, read);
            return other == null ? read : other;
        });
    }
}
