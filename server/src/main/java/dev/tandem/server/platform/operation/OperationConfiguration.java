package dev.tandem.server.platform.operation;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Settings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.sql.Timestamp;
import java.time.Clock;
import org.jooq.impl.DSL;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Puts measuring together. Other packages take {@link MeterRegistry} for counters of their own. */
@Configuration(proxyBeanMethods = false)
class OperationConfiguration {

    @Bean(destroyMethod = "close")
    JvmGcMetrics garbageCollection() {
        return new JvmGcMetrics();
    }

    @Bean(destroyMethod = "close")
    PrometheusMeterRegistry meterRegistry(Database database, Clock clock, JvmGcMetrics garbageCollection) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        garbageCollection.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        Gauge.builder("process.resident.memory", ResidentMemory::bytes)
                .baseUnit("bytes")
                .description("Memory of this process that is in RAM")
                .register(registry);
        Gauge.builder("tandem.tasks.due", () -> dueTasks(database, clock))
                .description("Durable tasks and event deliveries that should have started by now")
                .register(registry);
        return registry;
    }

    @Bean
    FilterRegistrationBean<RequestRecords> requestRecords(MeterRegistry registry) {
        FilterRegistrationBean<RequestRecords> filter = new FilterRegistrationBean<>(new RequestRecords(registry));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> forwardedAddresses(Settings settings) {
        return factory -> {
            if (!settings.trustedProxies().isEmpty()) {
                factory.addEngineValves(new ForwardedAddress(settings.trustedProxies()));
            }
        };
    }

    @Bean
    SystemdNotice systemdNotice() {
        return new SystemdNotice(System.getenv());
    }

    private static int dueTasks(Database database, Clock clock) {
        return database.read(sql -> sql.fetchCount(
                DSL.table("scheduled_tasks"),
                DSL.field("execution_time", Timestamp.class)
                        .le(Timestamp.from(clock.instant()))
                        .and(DSL.field("picked", Boolean.class).isFalse())));
    }
}
