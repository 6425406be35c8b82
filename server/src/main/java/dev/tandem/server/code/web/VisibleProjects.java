package dev.tandem.server.code.web;

import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.platform.web.PaletteProjects;
import dev.tandem.server.platform.web.ProjectNav;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.stereotype.Component;

/** The projects that the palette may lead to. */
@Component
final class VisibleProjects implements PaletteProjects {
    private final Projects projects;
    private final Actors actors;

    VisibleProjects(Projects projects, Actors actors) {
        this.projects = projects;
        this.actors = actors;
    }

    @Override
    public List<ProjectNav> find(HttpServletRequest request, String search, int most) {
        Projects.Filter filter = Projects.Filter.matching(search);
        return projects.list(actors.actor(request), filter, 0, most).stream()
                .map(project -> new ProjectNav(project.id(), project.fullPath(), project.name()))
                .toList();
    }
}
