package dev.tandem.server.code.web;

import dev.tandem.server.identity.ProjectTopics;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Whoever may see a project may watch it being imported. */
@Configuration(proxyBeanMethods = false)
class ImportTopic {
    @Bean
    TopicGuard importTopicGuard(ProjectTopics topics) {
        return topics.guard("import", Permission.READ_PROJECT, Optional::of);
    }
}
