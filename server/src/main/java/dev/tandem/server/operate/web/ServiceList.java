package dev.tandem.server.operate.web;

import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.operate.Services;
import dev.tandem.server.operate.Wellness;
import dev.tandem.server.platform.access.Permission;
import java.util.Comparator;
import java.util.List;
import org.springframework.stereotype.Component;

/** The services that somebody may see. */
@Component
class ServiceList {
    /** Of more projects, those that were changed last. */
    private static final int MOST = 200;

    private final Projects projects;
    private final Services services;
    private final Access access;

    ServiceList(Projects projects, Services services, Access access) {
        this.projects = projects;
        this.services = services;
        this.access = access;
    }

    record Listed(ProjectFacts project, Services.Service service) {
        Wellness wellness() {
            return service.wellness();
        }
    }

    /** Projects that have an environment; those that need looking at first, then by path. */
    List<Listed> of(Actor actor) {
        return projects.list(actor, Projects.Filter.ALL, 0, MOST).stream()
                .map(Project::facts)
                .filter(project -> access.decide(actor, Permission.READ_ENVIRONMENT, project)
                        .isAllowed())
                .map(project -> new Listed(project, services.of(project.id())))
                .filter(listed -> !listed.service().places().isEmpty())
                .sorted(Comparator.comparing(
                                (Listed listed) -> listed.wellness().level())
                        .thenComparing(listed -> listed.project().fullPath()))
                .toList();
    }
}
