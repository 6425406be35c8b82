package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.Deployments;
import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may watch deployments and environments: whoever may read them. */
@Configuration(proxyBeanMethods = false)
class DeliverTopics {

    @Bean
    TopicGuard deploymentTopic(Readers readers, Deployments deployments) {
        return readers.guard("deployment", id -> deployments.find(id).map(Deployment::projectId));
    }

    @Bean
    TopicGuard environmentTopic(Readers readers, Environments environments) {
        return readers.guard("environment", id -> environments.find(id).map(Environment::projectId));
    }

    @Bean
    TopicGuard environmentsTopic(Readers readers) {
        return readers.guard("environments", Optional::of);
    }

    @Bean
    Readers environmentReaders(Actors actors, Access access, ProjectDirectory projects) {
        return new Readers(actors, access, projects);
    }

    /** Decides by the project to which something belongs. */
    record Readers(Actors actors, Access access, ProjectDirectory projects) {
        private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

        TopicGuard guard(String kind, LongFunction<Optional<Long>> projectOf) {
            return new TopicGuard() {
                @Override
                public String kind() {
                    return kind;
                }

                @Override
                public boolean mayWatch(HttpServletRequest request, String name) {
                    return NUMBER.matcher(name).matches()
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
