package dev.tandem.server.build.artifacts;

import dev.tandem.pipeline.plan.OutsideNeed;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Finds the jobs of other pipelines whose artifacts a job needs, as far as the job's user may have those. Not to be called inside a
 * transaction; safe for many threads.
 */
@Component
public final class OutsideSources {
    private final Database database;
    private final PipelineStore pipelines;
    private final JobStore jobs;
    private final JobArtifacts artifacts;
    private final ArtifactRights rights;
    private final ProjectDirectory projects;
    private final Users users;
    private final Access access;

    OutsideSources(
            Database database,
            PipelineStore pipelines,
            JobStore jobs,
            JobArtifacts artifacts,
            ArtifactRights rights,
            ProjectDirectory projects,
            Users users,
            Access access) {
        this.database = database;
        this.pipelines = pipelines;
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.rights = rights;
        this.projects = projects;
        this.users = users;
        this.access = access;
    }

    /** What was found. */
    public sealed interface Outcome {
        record Found(List<JobRecord> sources) implements Outcome {
            public Found {
                sources = List.copyOf(sources);
            }
        }

        /** Something is not there, or not for the job's user; both sound the same. */
        record Missing(String why) implements Outcome {}
    }

    /** For a job that is about to run. */
    public Outcome of(JobRecord job, List<OutsideNeed> needs) {
        List<JobRecord> sources = new ArrayList<>();
        for (OutsideNeed need : needs) {
            if (need.artifacts()) {
                Optional<JobRecord> source =
                        find(job, need).filter(found -> mayRead(job, found)).filter(this::hasArchive);
                if (source.isEmpty()) {
                    return new Outcome.Missing(missing(need));
                }
                sources.add(source.get());
            }
        }
        return new Outcome.Found(sources);
    }

    /** Whether the user of a job may have the artifacts of another one, now. */
    public boolean mayRead(JobRecord job, JobRecord source) {
        Optional<Actor> reader = users.find(new UserId(job.userId()))
                .filter(user -> !user.blocked())
                .map(OutsideSources::person);
        Optional<ProjectFacts> project = projects.find(Long.toString(source.projectId()));
        return reader.isPresent()
                && project.isPresent()
                && access.decide(reader.get(), Permission.READ_PIPELINE, project.get())
                        .isAllowed()
                && rights.mayRead(reader.get(), source);
    }

    private Optional<JobRecord> find(JobRecord job, OutsideNeed need) {
        String path = need.project();
        String ref = need.ref();
        String pipeline = need.pipeline();
        if (path != null && ref != null) {
            return projects.find(path)
                    .flatMap(project -> database.read(sql -> jobs.latestSuccess(sql, project.id(), ref, need.job())));
        }
        return pipeline == null || !pipeline.matches("[0-9]{1,18}")
                ? Optional.empty()
                : inFamily(job, Long.parseLong(pipeline), need.job());
    }

    /** Parents and children only, never the job's own pipeline: that one's jobs are needed by name. */
    private Optional<JobRecord> inFamily(JobRecord job, long pipelineId, String name) {
        return database.read(sql -> {
            PipelineRecord own = pipelines.find(sql, job.pipelineId()).orElseThrow();
            return pipelines
                    .find(sql, pipelineId)
                    .filter(other ->
                            other.id() != own.id() && other.projectId() == own.projectId() && root(other) == root(own))
                    .flatMap(other -> jobs.named(sql, other.id(), List.of(name)).stream()
                            .filter(found -> found.status() == JobStatus.SUCCESS)
                            .findFirst());
        });
    }

    private boolean hasArchive(JobRecord source) {
        return artifacts.find(source.id(), "archive").isPresent();
    }

    private static long root(PipelineRecord pipeline) {
        Long root = pipeline.rootId();
        return root == null ? pipeline.id() : root;
    }

    private static String missing(OutsideNeed need) {
        String place = need.project() != null
                ? need.project() + " at " + need.ref()
                : "pipeline '" + need.pipeline() + "', which must be a parent or child of this one";
        return "There are no artifacts of a successful job '" + need.job() + "' in " + place
                + ", or the user of this job may not read them.";
    }

    private static Actor person(User user) {
        return new Actor.Person(user, TokenScope.all());
    }
}
