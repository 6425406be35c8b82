package dev.tandem.server.code.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.TopicGuard;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

/** Whoever may see a project may watch it being imported. */
@Component
final class ImportTopic implements TopicGuard {
    private final Actors actors;
    private final Access access;
    private final ProjectDirectory projects;

    ImportTopic(Actors actors, Access access, ProjectDirectory projects) {
        this.actors = actors;
        this.access = access;
        this.projects = projects;
    }

    @Override
    public String kind() {
        return "import";
    }

    @Override
    public boolean mayWatch(HttpServletRequest request, String name) {
        return name.matches("[0-9]{1,18}")
                && projects.find(name)
                        .map(project -> access.decide(actors.actor(request), Permission.READ_PROJECT, project))
                        .filter(decision -> decision.isAllowed())
                        .isPresent();
    }
}
