package dev.tandem.server.insight;

import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.deliver.DeploymentFinished;
import dev.tandem.server.platform.EventListener;
import dev.tandem.server.platform.RecurringTask;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.ProjectSection;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of insight together. */
@Configuration(proxyBeanMethods = false)
class InsightConfiguration {

    @Bean
    EventListener<DeploymentFinished> recordDeployment(Recorder recorder) {
        return new EventListener<>(
                "insight.record-deployment",
                DeploymentFinished.class,
                (id, event) -> recorder.ended(event.deploymentId()));
    }

    @Bean
    EventListener<RefUpdated> recordPush(Recorder recorder) {
        return new EventListener<>("insight.record-push", RefUpdated.class, (id, event) -> recorder.pushed(event));
    }

    /** Empty after the first run; another one only goes on where the first was cut off. */
    @Bean
    RecurringTask recordBacklog(Recorder recorder) {
        return new RecurringTask("insight.record-backlog", Duration.ofHours(1), recorder::catchUp);
    }

    @Bean
    ProjectSection doraSection() {
        return new ProjectSection(
                "dora", "insight.dora.title", "chart", "/-/dora", 500, 'd', Permission.READ_ENVIRONMENT);
    }

    @Bean
    InstanceSection allDoraSection() {
        return new InstanceSection("insight.all.title", "chart", "/-/dora", 300, InstanceSection.Audience.SIGNED_IN);
    }
}
