package dev.tandem.server.deliver;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.JobFacts;
import dev.tandem.server.build.Jobs;
import dev.tandem.server.build.PipelineFacts;
import dev.tandem.server.build.Pipelines;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.JobTokens;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Tx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;

/** Jobs that run as long as the test wants. Their tokens are {@code job-NUMBER}. */
final class FakeBuild implements Jobs, JobTokens, Pipelines {
    private final Map<Long, JobFacts> jobs = new ConcurrentHashMap<>();

    /** A running job of a pipeline with ten times its number. */
    String run(long id, long project, String sha, String environment, UserId user) {
        jobs.put(
                id,
                new JobFacts(
                        id,
                        project,
                        id * 10,
                        "deploy",
                        "deploy",
                        "main",
                        false,
                        sha,
                        true,
                        environment,
                        null,
                        null,
                        environment == null ? null : "start",
                        user,
                        JobStatus.RUNNING));
        return "job-" + id;
    }

    void end(long id, JobStatus status) {
        jobs.computeIfPresent(
                id,
                (key, job) -> new JobFacts(
                        job.jobId(),
                        job.projectId(),
                        job.pipelineId(),
                        job.name(),
                        job.stage(),
                        job.ref(),
                        job.tag(),
                        job.sha(),
                        job.refProtected(),
                        job.environment(),
                        job.environmentUrl(),
                        job.environmentTier(),
                        job.environmentAction(),
                        job.user(),
                        status));
    }

    @Override
    public Optional<JobFacts> facts(long jobId) {
        return Optional.ofNullable(jobs.get(jobId));
    }

    @Override
    public Optional<JobFacts> facts(DSLContext sql, long jobId) {
        return facts(jobId);
    }

    @Override
    public void cancel(Tx tx, long jobId) {
        end(jobId, JobStatus.CANCELED);
    }

    @Override
    public Optional<Actor.Job> verify(String token) {
        return token.startsWith("job-")
                ? facts(Long.parseLong(token.substring(4)))
                        .filter(job -> job.status() == JobStatus.RUNNING)
                        .map(job -> new Actor.Job(job.jobId(), job.projectId(), job.user()))
                : Optional.empty();
    }

    @Override
    public Optional<PipelineFacts> find(long pipelineId) {
        return Optional.empty();
    }

    @Override
    public List<PipelineFacts> latest(long projectId, int limit) {
        return List.of();
    }

    @Override
    public List<PipelineFacts> ofCommits(long projectId, List<String> shas) {
        return List.of();
    }
}
