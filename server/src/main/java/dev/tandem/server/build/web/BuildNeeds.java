package dev.tandem.server.build.web;

import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.code.Need;
import dev.tandem.server.code.Needs;
import dev.tandem.server.code.Project;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.web.Text;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Default branches that somebody broke, and jobs that wait on their changes for a person. */
@Component
final class BuildNeeds implements Needs {
    /** What nobody started for so long, nobody will. */
    private static final Duration FORGOTTEN = Duration.ofDays(14);

    private static final int MOST = 50;

    private final Database database;
    private final PipelineStore pipelines;
    private final JobStore jobs;
    private final Clock clock;

    BuildNeeds(Database database, PipelineStore pipelines, JobStore jobs, Clock clock) {
        this.database = database;
        this.pipelines = pipelines;
        this.jobs = jobs;
        this.clock = clock;
    }

    @Override
    public List<Need> of(Actor.Person viewer, List<Project> mine) {
        Map<Long, Project> byId = mine.stream().collect(Collectors.toMap(Project::id, Function.identity()));
        long user = viewer.user().id().value();
        Instant since = clock.instant().minus(FORGOTTEN);
        return database.read(sql -> {
            List<Need> found = new ArrayList<>();
            pipelines.failedNewest(sql, byId.keySet(), user).stream()
                    .filter(pipeline -> project(byId, pipeline).defaultBranch().equals(pipeline.ref()))
                    .limit(MOST)
                    .forEach(pipeline -> found.add(broken(project(byId, pipeline), pipeline)));
            Map<Long, List<JobRecord>> waiting = jobs.manualOfNewest(sql, byId.keySet(), user, since).stream()
                    .collect(Collectors.groupingBy(JobRecord::pipelineId, LinkedHashMap::new, Collectors.toList()));
            waiting.values().stream()
                    .limit(MOST)
                    .forEach(some -> pipelines
                            .find(sql, some.getFirst().pipelineId())
                            .ifPresent(pipeline -> found.add(waits(project(byId, pipeline), pipeline, some))));
            return found;
        });
    }

    private static Project project(Map<Long, Project> byId, PipelineRecord pipeline) {
        return java.util.Objects.requireNonNull(byId.get(pipeline.projectId()));
    }

    private static Need broken(Project project, PipelineRecord pipeline) {
        return new Need(
                Need.Urgency.BROKEN,
                "failed",
                Text.of("build.need.broken", pipeline.ref(), pipeline.title()),
                Text.plain(project.fullPath()),
                Text.of("build.need.broken.act", "#" + pipeline.id()),
                address(project, pipeline),
                pipeline.finishedAt() == null ? pipeline.createdAt() : pipeline.finishedAt());
    }

    private static Need waits(Project project, PipelineRecord pipeline, List<JobRecord> waiting) {
        return new Need(
                Need.Urgency.WAITING,
                "manual",
                Text.of(
                        "build.need.manual",
                        pipeline.title(),
                        pipeline.ref(),
                        waiting.getFirst().name(),
                        waiting.size() - 1),
                Text.plain(project.fullPath()),
                Text.of("build.need.manual.act", "#" + pipeline.id()),
                address(project, pipeline),
                pipeline.createdAt());
    }

    private static String address(Project project, PipelineRecord pipeline) {
        return "/" + project.fullPath() + "/-/pipelines/" + pipeline.id();
    }
}
