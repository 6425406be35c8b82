package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.operate.SignalColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Signals of one environment in columns: value {@code i} of each belongs to second {@code times[i]} since the epoch.
 *
 * @param total of all revisions
 */
@JsonNaming(SnakeCaseStrategy.class)
record SignalJson(
        long environmentId,
        String environment,
        Instant from,
        Instant to,
        long stepSeconds,
        List<Long> times,
        Columns total,
        List<Revision> revisions,
        List<Mark> deployments) {

    /** @param share of the requests, 0 to 1; p50, p90 and p99 are milliseconds; weight is per cent */
    @JsonNaming(SnakeCaseStrategy.class)
    record Columns(
            List<@Nullable Long> requests,
            List<@Nullable Double> requestsPerSecond,
            List<@Nullable Long> errors,
            List<@Nullable Double> errorRatio,
            List<@Nullable Double> p50,
            List<@Nullable Double> p90,
            List<@Nullable Double> p99,
            List<@Nullable Double> share,
            List<@Nullable Integer> weight) {
        static Columns of(List<SignalColumns.@Nullable Row> rows) {
            return new Columns(
                    column(rows, row -> row.tally().requests()),
                    column(rows, row -> rounded(row.requestsPerSecond(), 1000)),
                    column(rows, row -> row.tally().errors()),
                    column(rows, row -> rounded(row.errorRatio(), 1_000_000)),
                    column(rows, row -> rounded(row.quantile(0.5), 100)),
                    column(rows, row -> rounded(row.quantile(0.9), 100)),
                    column(rows, row -> rounded(row.quantile(0.99), 100)),
                    column(rows, row -> rounded(row.share(), 10_000)),
                    column(rows, SignalColumns.Row::weight));
        }

        private static <T> List<@Nullable T> column(
                List<SignalColumns.@Nullable Row> rows, Function<SignalColumns.Row, @Nullable T> value) {
            List<@Nullable T> column = new ArrayList<>(rows.size());
            for (SignalColumns.Row row : rows) {
                column.add(row == null ? null : value.apply(row));
            }
            return column;
        }

        private static @Nullable Double rounded(@Nullable Double value, int parts) {
            return value == null ? null : (double) Math.round(value * parts) / parts;
        }
    }

    /** @param sha what it runs, with the deployment that brought it; null when no longer known */
    @JsonNaming(SnakeCaseStrategy.class)
    record Revision(
            String revision,
            @Nullable Long deploymentId,
            @Nullable String sha,
            Columns columns) {}

    /** A deployment that ran in this time. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Mark(
            long deploymentId,
            String sha,
            String status,
            String kind,
            Instant startedAt,
            @Nullable Instant finishedAt) {
        static Mark of(Deployment deployment) {
            return new Mark(
                    deployment.id(),
                    deployment.sha(),
                    deployment.status().wire(),
                    deployment.kind().wire(),
                    deployment.createdAt(),
                    deployment.finishedAt());
        }
    }
}
