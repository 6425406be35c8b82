package dev.tandem.server.build.store;

import dev.tandem.pipeline.plan.AutoCancel;
import dev.tandem.pipeline.state.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored pipeline.
 *
 * @param title first line of the commit's message
 * @param complete whether all its jobs are stored
 * @param upstreamJobId the trigger job that made it, null for others
 * @param rootId the pipeline at the top of its hierarchy, null when it is itself
 * @param depth how many levels of child pipelines deep it is
 */
public record PipelineRecord(
        long id,
        long projectId,
        long iid,
        String source,
        String ref,
        boolean tag,
        boolean refProtected,
        String sha,
        String beforeSha,
        @Nullable String name,
        String title,
        JobStatus status,
        boolean warnings,
        boolean complete,
        AutoCancel autoCancel,
        List<String> stages,
        List<Problem> problems,
        long userId,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        Instant updatedAt,
        @Nullable Long upstreamJobId,
        @Nullable Long rootId,
        int depth) {
    public PipelineRecord {
        stages = List.copyOf(stages);
        problems = List.copyOf(problems);
    }

    /** From the first job's start to the end, or until now while it runs; null before it starts. */
    public @Nullable Duration duration(Instant now) {
        return startedAt == null ? null : Duration.between(startedAt, finishedAt == null ? now : finishedAt);
    }

    /** A part of the pipeline that triggered it: lists of pipelines do not show it beside that. */
    public boolean isChild() {
        return source.equals("parent_pipeline");
    }

    /** The configuration could not be compiled: there are no jobs. */
    public boolean invalid() {
        return problems.stream().anyMatch(Problem::fatal);
    }
}
