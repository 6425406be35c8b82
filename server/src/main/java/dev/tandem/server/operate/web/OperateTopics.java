package dev.tandem.server.operate.web;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.LongFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may watch signals and incidents: whoever may read the project's environments. */
@Configuration(proxyBeanMethods = false)
class OperateTopics {
    @Bean
    TopicGuard signalsTopic(Watchers watchers, Environments environments) {
        return watchers.guard("signals", id -> environments.find(id).map(Environment::projectId));
    }

    @Bean
    TopicGuard incidentTopic(Watchers watchers, Incidents incidents) {
        return watchers.guard("incident", id -> incidents.find(id).map(Incident::projectId));
    }

    @Bean
    TopicGuard incidentsTopic(Watchers watchers) {
        return watchers.guard("incidents", Optional::of);
    }

    @Bean
    Watchers watchers(Actors actors, Access access, ProjectDirectory projects) {
        return new Watchers(actors, access, projects);
    }

    /** Decides by the project to which something belongs. */
    record Watchers(Actors actors, Access access, ProjectDirectory projects) {
        TopicGuard guard(String kind, LongFunction<Optional<Long>> projectOf) {
            return new TopicGuard() {
                @Override
                public String kind() {
                    return kind;
                }

                @Override
                public boolean mayWatch(HttpServletRequest request, String name) {
                    return name.matches("[1-9][0-9]{0,17}")
                            && projectOf
                                    .apply(Long.parseLong(name))
                                    .flatMap(project -> projects.find(Long.toString(project)))
                                    .filter(project -> access.decide(
                                                    actors.actor(request), Permission.READ_ENVIRONMENT, project)
                                            .isAllowed())
                                    .isPresent();
                }
            };
        }
    }
}
