package dev.tandem.server.insight.web;

import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import java.util.List;
import org.springframework.stereotype.Component;

/** Which projects somebody may see the deployments of. */
@Component
final class Asked {
    /** More projects than this are not counted together; the last changed ones are. */
    static final int MOST = 500;

    private final Projects projects;
    private final Access access;

    Asked(Projects projects, Access access) {
        this.projects = projects;
        this.access = access;
    }

    /** By path. */
    List<ProjectFacts> projects(Actor actor) {
        return projects.list(actor, Projects.Filter.ALL, 0, MOST).stream()
                .map(Project::facts)
                .filter(project -> access.decide(actor, Permission.READ_ENVIRONMENT, project)
                        .isAllowed())
                .sorted(java.util.Comparator.comparing(ProjectFacts::fullPath))
                .toList();
    }
}
