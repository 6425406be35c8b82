package dev.tandem.server.deliver.web;

import dev.tandem.server.deliver.Environment;
import dev.tandem.server.deliver.EnvironmentFilter;
import dev.tandem.server.deliver.Environments;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.PaletteEntry;
import dev.tandem.server.platform.web.PaletteProjects;
import dev.tandem.server.platform.web.PaletteQuery;
import dev.tandem.server.platform.web.PaletteSource;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Leads to environments, where they are rolled back, by their names and those of their projects. */
@Component
final class EnvironmentPalette implements PaletteSource {
    private static final int MOST_PROJECTS = 20;
    private static final int MOST_OF_ONE = 20;
    private static final int MOST = 20;

    private final Environments environments;
    private final Actors actors;
    private final Access access;
    private final ProjectDirectory directory;
    private final PaletteProjects projects;

    EnvironmentPalette(
            Environments environments,
            Actors actors,
            Access access,
            ProjectDirectory directory,
            PaletteProjects projects) {
        this.environments = environments;
        this.actors = actors;
        this.access = access;
        this.directory = directory;
        this.projects = projects;
    }

    @Override
    public List<PaletteEntry> find(HttpServletRequest request, String typed, @Nullable String project) {
        PaletteQuery query = PaletteQuery.of(typed);
        if (query.isEmpty()) {
            return List.of();
        }
        Actor actor = actors.actor(request);
        List<PaletteEntry> entries = new ArrayList<>();
        for (ProjectNav nav : candidates(request, query)) {
            boolean sees = directory
                    .find(Long.toString(nav.id()))
                    .filter(facts -> access.decide(actor, Permission.READ_ENVIRONMENT, facts)
                            .isAllowed())
                    .isPresent();
            if (sees && entries.size() < MOST) {
                of(nav, query).forEach(entries::add);
            }
        }
        return entries;
    }

    /** Those that a word names, and the last changed ones, whose environments a word may name. */
    private List<ProjectNav> candidates(HttpServletRequest request, PaletteQuery query) {
        Map<Long, ProjectNav> found = new LinkedHashMap<>();
        for (String search : List.of(query.beyond(List.of()), "")) {
            projects.find(request, search, MOST_PROJECTS).forEach(one -> found.putIfAbsent(one.id(), one));
        }
        return List.copyOf(found.values());
    }

    private List<PaletteEntry> of(ProjectNav nav, PaletteQuery query) {
        return environments.list(nav.id(), EnvironmentFilter.ALL, 0, MOST_OF_ONE).stream()
                .filter(environment -> query.matches(environment.name(), nav.fullPath()))
                .map(environment -> entry(nav, environment))
                .toList();
    }

    private static PaletteEntry entry(ProjectNav nav, Environment environment) {
        return new PaletteEntry(
                Text.plain(environment.name()),
                Text.plain(nav.fullPath()),
                nav.path("/-/environments/" + environment.id()),
                "environment");
    }
}
