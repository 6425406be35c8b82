package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.ProjectTopics;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may watch deployments and environments: whoever may read them. */
@Configuration(proxyBeanMethods = false)
class DeliverTopics {

    @Bean
    TopicGuard deploymentTopic(ProjectTopics topics, Deployments deployments) {
        return topics.guard(
                "deployment",
                Permission.READ_ENVIRONMENT,
                id -> deployments.find(id).map(Deployment::projectId));
    }

    @Bean
    TopicGuard environmentTopic(ProjectTopics topics, Environments environments) {
        return topics.guard(
                "environment",
                Permission.READ_ENVIRONMENT,
                id -> environments.find(id).map(Environment::projectId));
    }

    @Bean
    TopicGuard environmentsTopic(ProjectTopics topics) {
        return topics.guard("environments", Permission.READ_ENVIRONMENT, Optional::of);
    }
}
