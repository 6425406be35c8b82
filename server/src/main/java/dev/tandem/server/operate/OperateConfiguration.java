package dev.tandem.server.operate;

import dev.tandem.server.deliver.DeploymentFinished;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.EventListener;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.web.ProjectSection;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of operate together. */
@Configuration(proxyBeanMethods = false)
class OperateConfiguration {
    /** An incident whose service is well, and which nobody took up, is over after this. */
    private static final Duration QUIET = Duration.ofHours(24);

    @Bean
    EventListener<DeploymentFinished> incidentsOfDeployments(DeploymentWatch watch) {
        return new EventListener<>("operate.deployment-finished", DeploymentFinished.class, watch::finished);
    }

    @Bean
    RecurringTask resolveQuietIncidents(Incidents incidents, Clock clock) {
        return new RecurringTask(
                "operate.resolve-quiet-incidents",
                Duration.ofMinutes(10),
                () -> incidents.resolveQuiet(clock.instant().minus(QUIET)));
    }

    @Bean
    SignalKeeper signals(Database database, Environments environments, Clock clock) {
        return new SignalKeeper(database, environments, clock);
    }

    @Bean
    RecurringTask storeSignals(SignalKeeper signals) {
        return new RecurringTask("operate.store-signals", Duration.ofSeconds(10), signals::store);
    }

    @Bean
    RecurringTask sweepSignals(SignalKeeper signals) {
        return new RecurringTask("operate.sweep-signals", Duration.ofMinutes(5), signals::sweep);
    }

    @Bean
    ProjectSection incidentsSection() {
        return new ProjectSection("incidents", "operate.incidents.title", "health", "/-/incidents", 400, 'i');
    }
}
