package dev.tandem.server.insight.web;

import dev.tandem.server.insight.dora.ChangeRecord;
import dev.tandem.server.insight.dora.DeploymentRecord;
import dev.tandem.server.insight.dora.Distribution;
import dev.tandem.server.insight.dora.Failure;
import dev.tandem.server.insight.dora.FiveKeys;
import dev.tandem.server.insight.dora.IncidentRecord;
import dev.tandem.server.insight.dora.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** The five keys on the wire; a figure that cannot be given is null and its {@code n} is 0. Newest records first. */
@JsonNaming(SnakeCaseStrategy.class)
record DoraJson(
        WindowJson window,
        String tier,
        @Nullable String service,
        LeadTimeJson changeLeadTime,
        FrequencyJson deploymentFrequency,
        RecoveryJson failedDeploymentRecoveryTime,
        RatioJson changeFailRate,
        RatioJson deploymentReworkRate,
        List<DeploymentJson> stoppedBeforeProduction,
        List<ServiceJson> services) {
    /** Lists of records are cut after this many; {@code n} counts all. */
    static final int MOST = 200;

    record WindowJson(Instant from, Instant to, double days) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record LeadTimeJson(
            int n, @Nullable Double medianSeconds, @Nullable Double p90Seconds, List<CommitJson> records) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record CommitJson(
            long projectId, String sha, long deploymentId, Instant committedAt, Instant deployedAt, double seconds) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record FrequencyJson(
            int n, @Nullable Double perDay, @Nullable Double medianSecondsBetween, List<DeploymentJson> records) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record DeploymentJson(
            long projectId,
            long deploymentId,
            String environment,
            String kind,
            boolean succeeded,
            String sha,
            Instant createdAt,
            Instant finishedAt) {
        static DeploymentJson of(DeploymentRecord record) {
            return new DeploymentJson(
                    record.projectId(),
                    record.id(),
                    record.environment(),
                    record.isChange() ? "change" : "rollback",
                    record.succeeded(),
                    record.sha(),
                    record.createdAt(),
                    record.finishedAt());
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record RecoveryJson(
            int n,
            @Nullable Double medianSeconds,
            @Nullable Double p90Seconds,
            long unrecovered,
            List<FailureJson> records) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record FailureJson(
            long projectId,
            long deploymentId,
            Instant beganAt,
            @Nullable Instant recoveredAt,
            @Nullable Double seconds,
            List<Long> incidents) {}

    record RatioJson(int n, int counted, @Nullable Double ratio, List<DeploymentJson> records) {}

    /** The five figures of one service that deployed, each with what it is counted over. */
    @JsonNaming(SnakeCaseStrategy.class)
    record ServiceJson(
            long projectId,
            String name,
            int commits,
            @Nullable Double changeLeadTimeSeconds,
            int deployments,
            @Nullable Double deploymentsPerDay,
            int recovered,
            @Nullable Double recoverySeconds,
            int reached,
            @Nullable Double changeFailRate,
            int all,
            @Nullable Double deploymentReworkRate) {
        static ServiceJson of(Service service, FiveKeys keys) {
            return new ServiceJson(
                    service.projectId(),
                    service.name(),
                    keys.leadTime().n(),
                    seconds(keys.leadTime().median()),
                    keys.successes().size(),
                    keys.perDay().orElse(null),
                    keys.recovery().n(),
                    seconds(keys.recovery().median()),
                    keys.reached().size(),
                    keys.failRate().orElse(null),
                    keys.all(),
                    keys.reworkRate().orElse(null));
        }
    }

    static DoraJson of(FiveKeys keys, String tier, @Nullable String service, List<ServiceJson> services) {
        return new DoraJson(
                new WindowJson(
                        keys.window().from(), keys.window().to(), keys.window().days()),
                tier,
                service,
                leadTime(keys),
                new FrequencyJson(
                        keys.successes().size(),
                        keys.perDay().orElse(null),
                        seconds(keys.between().median()),
                        deployments(keys.successes())),
                recovery(keys),
                new RatioJson(
                        keys.reached().size(),
                        keys.failures().size(),
                        keys.failRate().orElse(null),
                        deployments(keys.failures().stream()
                                .map(Failure::deployment)
                                .toList())),
                new RatioJson(
                        keys.all(),
                        keys.unplanned().size(),
                        keys.reworkRate().orElse(null),
                        deployments(keys.unplanned())),
                deployments(keys.stopped()),
                services);
    }

    private static LeadTimeJson leadTime(FiveKeys keys) {
        Distribution times = keys.leadTime();
        return new LeadTimeJson(
                times.n(),
                seconds(times.median()),
                seconds(times.percentile(90)),
                keys.changes().reversed().stream()
                        .limit(MOST)
                        .map(DoraJson::commit)
                        .toList());
    }

    private static CommitJson commit(ChangeRecord change) {
        return new CommitJson(
                change.projectId(),
                change.sha(),
                change.deploymentId(),
                change.committedAt(),
                change.deployedAt(),
                seconds(change.leadTime()));
    }

    private static RecoveryJson recovery(FiveKeys keys) {
        Distribution times = keys.recovery();
        return new RecoveryJson(
                times.n(),
                seconds(times.median()),
                seconds(times.percentile(90)),
                keys.unrecovered(),
                keys.failures().reversed().stream()
                        .limit(MOST)
                        .map(DoraJson::failure)
                        .toList());
    }

    private static FailureJson failure(Failure failure) {
        return new FailureJson(
                failure.deployment().projectId(),
                failure.deployment().id(),
                failure.beganAt(),
                failure.recoveredAt(),
                seconds(failure.recovery()),
                failure.incidents().stream().map(IncidentRecord::iid).toList());
    }

    private static List<DeploymentJson> deployments(List<DeploymentRecord> records) {
        return records.reversed().stream().limit(MOST).map(DeploymentJson::of).toList();
    }

    private static @Nullable Double seconds(Optional<Duration> duration) {
        return duration.map(DoraJson::seconds).orElse(null);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
