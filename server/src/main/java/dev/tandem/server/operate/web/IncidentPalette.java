package dev.tandem.server.operate.web;

import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.operate.Incident;
import dev.tandem.server.operate.IncidentFilter;
import dev.tandem.server.operate.IncidentTexts;
import dev.tandem.server.operate.Incidents;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.PaletteEntry;
import dev.tandem.server.platform.web.PaletteProjects;
import dev.tandem.server.platform.web.PaletteSource;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.ProjectRights;
import dev.tandem.server.platform.web.Text;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Leads to what is open anywhere, whatever was typed, and to the incident of the open project that has this number. */
@Component
final class IncidentPalette implements PaletteSource {
    private static final Pattern NUMBER = Pattern.compile("#?([0-9]{1,15})");
    private static final int MOST_PROJECTS = 20;
    private static final int MOST = 20;

    private final Incidents incidents;
    private final PaletteProjects projects;
    private final ProjectRights rights;
    private final ProjectDirectory directory;

    IncidentPalette(Incidents incidents, PaletteProjects projects, ProjectRights rights, ProjectDirectory directory) {
        this.incidents = incidents;
        this.projects = projects;
        this.rights = rights;
        this.directory = directory;
    }

    @Override
    public List<PaletteEntry> find(HttpServletRequest request, String typed, @Nullable String here) {
        List<PaletteEntry> entries = new ArrayList<>();
        Matcher number = NUMBER.matcher(typed);
        if (here != null && number.matches()) {
            directory
                    .find(here)
                    .filter(project -> sees(request, project.id()))
                    .flatMap(project -> incidents
                            .find(project.id(), Long.parseLong(number.group(1)))
                            .map(incident -> entry(nav(project), incident)))
                    .ifPresent(entries::add);
        }
        Map<Long, ProjectNav> seen = projects.find(request, "", MOST_PROJECTS).stream()
                .filter(project -> sees(request, project.id()))
                .collect(Collectors.toMap(ProjectNav::id, Function.identity()));
        incidents.list(seen.keySet(), IncidentFilter.OPEN, 0, MOST).stream()
                .map(incident -> entry(Objects.requireNonNull(seen.get(incident.projectId())), incident))
                .filter(entry -> !entries.contains(entry))
                .forEach(entries::add);
        return entries;
    }

    private boolean sees(HttpServletRequest request, long projectId) {
        return rights.held(request, projectId).contains(Permission.READ_ENVIRONMENT);
    }

    private static ProjectNav nav(ProjectFacts project) {
        return new ProjectNav(project.id(), project.fullPath(), project.name());
    }

    private static PaletteEntry entry(ProjectNav project, Incident incident) {
        return new PaletteEntry(
                Text.of("operate.need.mine", "#" + incident.iid(), IncidentTexts.title(incident)),
                Text.plain(project.fullPath()),
                project.path("/-/incidents/" + incident.iid()),
                "health");
    }
}
