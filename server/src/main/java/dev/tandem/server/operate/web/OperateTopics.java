package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.ProjectTopics;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may watch signals and incidents: whoever may read the project's environments. */
@Configuration(proxyBeanMethods = false)
class OperateTopics {
    @Bean
    TopicGuard signalsTopic(ProjectTopics topics, Environments environments) {
        return topics.guard(
                "signals",
                Permission.READ_ENVIRONMENT,
                id -> environments.find(id).map(Environment::projectId));
    }

    @Bean
    TopicGuard incidentTopic(ProjectTopics topics, Incidents incidents) {
        return topics.guard(
                "incident",
                Permission.READ_ENVIRONMENT,
                id -> incidents.find(id).map(Incident::projectId));
    }

    @Bean
    TopicGuard incidentsTopic(ProjectTopics topics) {
        return topics.guard("incidents", Permission.READ_ENVIRONMENT, Optional::of);
    }
}
