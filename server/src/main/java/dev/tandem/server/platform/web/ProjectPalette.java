package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes to every project that somebody may see, and to the pages of each that stand in its rail. */
final class ProjectPalette implements PaletteSource {
    private static final int MOST_PROJECTS = 20;
    private static final int MOST_PAGES = 30;

    private final PageRenderer renderer;
    private final PaletteProjects projects;
    private final ProjectRights rights;
    private final List<ProjectSection> sections;

    ProjectPalette(
            PageRenderer renderer, PaletteProjects projects, ProjectRights rights, List<ProjectSection> sections) {
        this.renderer = renderer;
        this.projects = projects;
        this.rights = rights;
        this.sections = List.copyOf(sections);
    }

    @Override
    public List<PaletteEntry> find(HttpServletRequest request, String typed, @Nullable String project) {
        PaletteQuery query = PaletteQuery.of(typed);
        Messages messages = renderer.messages(request);
        List<String> names = sections.stream()
                .map(section -> messages.text(section.messageKey()))
                .toList();
        List<PaletteEntry> entries = new ArrayList<>();
        for (ProjectNav found : projects(request, query, names)) {
            if (query.matches(found.fullPath(), found.name())) {
                entries.add(new PaletteEntry(
                        Text.plain(found.fullPath()),
                        Text.of("platform.palette.project"),
                        "/" + found.fullPath(),
                        "folder"));
            }
        }
        if (!query.isEmpty()) {
            pages(request, query, names, project, entries);
        }
        return entries;
    }

    private void pages(
            HttpServletRequest request,
            PaletteQuery query,
            List<String> names,
            @Nullable String here,
            List<PaletteEntry> entries) {
        int most = entries.size() + MOST_PAGES;
        for (ProjectNav found : projects(request, query, names)) {
            if (found.fullPath().equals(here)) {
                // The page itself knows those of the project that it belongs to.
                continue;
            }
            Set<Permission> held = rights.held(request, found.id());
            for (int i = 0; i < sections.size() && entries.size() < most; i++) {
                ProjectSection section = sections.get(i);
                if (held.contains(section.permission())
                        && query.matches(names.get(i), found.fullPath(), found.name())) {
                    entries.add(new PaletteEntry(
                            Text.of(section.messageKey()),
                            Text.plain(found.fullPath()),
                            found.path(section.path()),
                            section.icon()));
                }
            }
        }
    }

    /** A word may mean a page or be part of a project's name. */
    private List<ProjectNav> projects(HttpServletRequest request, PaletteQuery query, List<String> names) {
        Map<Long, ProjectNav> found = new LinkedHashMap<>();
        for (String search : List.of(query.beyond(List.of()), query.beyond(names))) {
            projects.find(request, search, MOST_PROJECTS).forEach(one -> found.putIfAbsent(one.id(), one));
        }
        return List.copyOf(found.values());
    }
}
