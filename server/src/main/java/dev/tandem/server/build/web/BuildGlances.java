package dev.tandem.server.build.web;

import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.code.Glance;
import dev.tandem.server.code.Glances;
import dev.tandem.server.code.Project;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.Text;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Whether the default branch is green: how its newest pipeline stands. */
@Component
final class BuildGlances implements Glances {
    private final Database database;
    private final PipelineStore pipelines;
    private final Access access;

    BuildGlances(Database database, PipelineStore pipelines, Access access) {
        this.database = database;
        this.pipelines = pipelines;
        this.access = access;
    }

    @Override
    public Map<Long, List<Glance>> of(Actor viewer, Collection<Project> projects) {
        List<Project> seen =
                projects.stream().filter(project -> sees(viewer, project)).toList();
        return database.read(sql -> {
            Map<Long, List<Glance>> answers = new HashMap<>();
            for (Project project : seen) {
                PipelineStore.Filter main = new PipelineStore.Filter(project.defaultBranch(), null, null, null, null);
                pipelines
                        .list(sql, project.id(), main, 0, 1)
                        .forEach(newest -> answers.put(project.id(), List.of(glance(project, newest))));
            }
            return answers;
        });
    }

    private boolean sees(Actor viewer, Project project) {
        ProjectFacts facts = project.facts();
        return access.decide(viewer, Permission.READ_PIPELINE, facts).isAllowed();
    }

    private static Glance glance(Project project, PipelineRecord newest) {
        return new Glance(
                Glance.Question.GREEN,
                PipelinePages.state(newest),
                Text.plain("#" + newest.id()),
                Text.plain(newest.ref()),
                "/" + project.fullPath() + "/-/pipelines/" + newest.id(),
                newest.finishedAt() == null ? newest.createdAt() : newest.finishedAt());
    }
}
