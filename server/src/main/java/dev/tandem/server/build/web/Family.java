package dev.tandem.server.build.web;

import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The pipelines above and below one, as far as the asking person may see them. */
@Component
public final class Family {
    private final Database database;
    private final PipelineStore pipelines;
    private final JobStore jobs;
    private final ProjectDirectory projects;
    private final Access access;

    Family(Database database, PipelineStore pipelines, JobStore jobs, ProjectDirectory projects, Access access) {
        this.database = database;
        this.pipelines = pipelines;
        this.jobs = jobs;
        this.projects = projects;
        this.access = access;
    }

    /** Another pipeline and the project it belongs to. */
    public record Related(ProjectFacts project, PipelineRecord pipeline) {
        /** Where its page is. */
        public String path() {
            return "/" + project.fullPath() + "/-/pipelines/" + pipeline.id();
        }

        public String state() {
            return PipelinePages.state(pipeline);
        }
    }

    /** What started it. */
    Optional<Related> upstream(Actor actor, PipelineRecord pipeline) {
        Long job = pipeline.upstreamJobId();
        return Optional.ofNullable(job)
                .flatMap(id -> database.read(
                        sql -> jobs.find(sql, id).flatMap(found -> pipelines.find(sql, found.pipelineId()))))
                .flatMap(found -> related(actor, found, new HashMap<>()));
    }

    /** What these trigger jobs started, by job. */
    Map<Long, Related> downstream(Actor actor, List<JobRecord> bridges) {
        List<Long> ids =
                bridges.stream().filter(JobRecord::bridge).map(JobRecord::id).toList();
        Map<Long, Related> found = new LinkedHashMap<>();
        if (!ids.isEmpty()) {
            Map<Long, Optional<ProjectFacts>> seen = new HashMap<>();
            database.read(sql -> pipelines.ofUpstreamJobs(sql, ids))
                    .forEach((job, pipeline) ->
                            related(actor, pipeline, seen).ifPresent(related -> found.put(job, related)));
        }
        return found;
    }

    private Optional<Related> related(Actor actor, PipelineRecord pipeline, Map<Long, Optional<ProjectFacts>> seen) {
        return seen.computeIfAbsent(
                        pipeline.projectId(),
                        id -> projects.find(Long.toString(id))
                                .filter(project -> access.decide(actor, Permission.READ_PIPELINE, project)
                                        .isAllowed()))
                .map(project -> new Related(project, pipeline));
    }
}
