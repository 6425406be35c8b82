package dev.tandem.server.insight;

import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.platform.Database;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Deployments and services for {@code /-/metrics}. Labels are tiers and statuses only, so that the number of time series
 * does not grow with projects. Counted from the database, so a restart loses nothing.
 */
@Component
final class DeliveryMeters {
    /** One scrape asks for many numbers; they come from one look at the database. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Database database;
    private final Environments environments;
    private final Clock clock;
    private Numbers numbers = new Numbers(Instant.MIN, Map.of(), Map.of());

    private record Numbers(Instant at, Map<String, Integer> deployments, Map<Tier, Integer> services) {}

    DeliveryMeters(Database database, Environments environments, Clock clock, MeterRegistry registry) {
        this.database = database;
        this.environments = environments;
        this.clock = clock;
        for (Tier tier : Tier.values()) {
            for (DeploymentStatus status : DeploymentStatus.values()) {
                if (status.isTerminal()) {
                    FunctionCounter.builder("tandem.deployments", this, meters -> meters.deployments(tier, status))
                            .description("Deployments that ended")
                            .tag("tier", tier.wire())
                            .tag("status", status.wire())
                            .register(registry);
                }
            }
            Gauge.builder("tandem.services", this, meters -> meters.services(tier))
                    .description("Services that an agent runs")
                    .tag("tier", tier.wire())
                    .register(registry);
        }
    }

    private double deployments(Tier tier, DeploymentStatus status) {
        return numbers().deployments().getOrDefault(tier.wire() + " " + status.wire(), 0);
    }

    private double services(Tier tier) {
        return numbers().services().getOrDefault(tier, 0);
    }

    private synchronized Numbers numbers() {
        Instant now = clock.instant();
        if (numbers.at().isBefore(now.minus(FRESH))) {
            Map<String, Integer> deployments = new HashMap<>();
            database.read(sql -> new RecordStore(sql).tally())
                    .forEach(tally -> deployments.put(tally.tier() + " " + tally.status(), tally.count()));
            numbers = new Numbers(now, Map.copyOf(deployments), environments.serving());
        }
        return numbers;
    }
}
