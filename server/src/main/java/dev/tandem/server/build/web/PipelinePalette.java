package dev.tandem.server.build.web;

import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Actors;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.PaletteEntry;
import dev.tandem.server.platform.web.PaletteProjects;
import dev.tandem.server.platform.web.PaletteQuery;
import dev.tandem.server.platform.web.PaletteSource;
import dev.tandem.server.platform.web.ProjectNav;
import dev.tandem.server.platform.web.Text;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Leads to a pipeline by its number, to the last ones of this project by their titles, and to running a new one anywhere. */
@Component
final class PipelinePalette implements PaletteSource {
    private static final Pattern NUMBER = Pattern.compile("#?([0-9]{1,15})");
    private static final int LAST = 50;
    private static final int MOST = 10;
    private static final String RUN = "build.run.title";

    private final Lookup lookup;
    private final Actors actors;
    private final Access access;
    private final ProjectDirectory directory;
    private final PaletteProjects projects;

    PipelinePalette(Lookup lookup, Actors actors, Access access, ProjectDirectory directory, PaletteProjects projects) {
        this.lookup = lookup;
        this.actors = actors;
        this.access = access;
        this.directory = directory;
        this.projects = projects;
    }

    @Override
    public List<PaletteEntry> find(HttpServletRequest request, String typed, @Nullable String project) {
        PaletteQuery query = PaletteQuery.of(typed);
        Actor actor = actors.actor(request);
        List<PaletteEntry> entries = new ArrayList<>();
        Matcher number = NUMBER.matcher(typed);
        if (number.matches()) {
            byNumber(actor, Long.parseLong(number.group(1))).ifPresent(entries::add);
        }
        if (project != null) {
            directory
                    .find(project)
                    .filter(found -> sees(actor, found))
                    .ifPresent(found -> last(found, query).forEach(entries::add));
        }
        if (!query.isEmpty()) {
            acts(request, actor, query).forEach(entries::add);
        }
        return entries;
    }

    private Optional<PaletteEntry> byNumber(Actor actor, long id) {
        return lookup.anyPipeline(id)
                .flatMap(pipeline -> directory
                        .find(Long.toString(pipeline.projectId()))
                        .filter(project -> sees(actor, project))
                        .map(project -> entry(project, pipeline)));
    }

    private List<PaletteEntry> last(ProjectFacts project, PaletteQuery query) {
        return lookup.pipelines(project.id(), PipelineStore.Filter.ALL, 0, LAST).stream()
                .filter(pipeline ->
                        query.matches("#" + pipeline.id(), pipeline.title(), pipeline.ref(), project.fullPath()))
                .limit(MOST)
                .map(pipeline -> entry(project, pipeline))
                .toList();
    }

    /** In any language the words of the label count, which the browser compares; here those of the project do. */
    private List<PaletteEntry> acts(HttpServletRequest request, Actor actor, PaletteQuery query) {
        List<PaletteEntry> entries = new ArrayList<>();
        for (ProjectNav nav : projects.find(request, query.beyond(List.of("run a pipeline", "运行流水线")), MOST)) {
            directory
                    .find(Long.toString(nav.id()))
                    .filter(project -> access.decide(actor, Permission.RUN_PIPELINE, project)
                            .isAllowed())
                    .ifPresent(project -> entries.add(new PaletteEntry(
                            Text.of(RUN), Text.plain(nav.fullPath()), nav.path("/-/pipelines/new"), "play")));
        }
        return entries;
    }

    private boolean sees(Actor actor, ProjectFacts project) {
        return access.decide(actor, Permission.READ_PIPELINE, project).isAllowed();
    }

    private static PaletteEntry entry(ProjectFacts project, PipelineRecord pipeline) {
        return new PaletteEntry(
                Text.plain("#" + pipeline.id() + " " + pipeline.title()),
                Text.plain(project.fullPath() + " " + pipeline.ref()),
                "/" + project.fullPath() + "/-/pipelines/" + pipeline.id(),
                "pipeline");
    }
}
