package dev.tandem.server.deliver.web;

import dev.tandem.server.build.JobFacts;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** The job of a deployment, in the shape of GitLab's API. */
@JsonNaming(SnakeCaseStrategy.class)
record DeployableJson(
        long id,
        String name,
        String stage,
        String status,
        String ref,
        boolean tag,
        @Nullable Double coverage,
        String webUrl,
        PipelineJson pipeline) {

    @JsonNaming(SnakeCaseStrategy.class)
    record PipelineJson(long id, long projectId, String sha, String ref, String webUrl) {}

    static DeployableJson of(JobFacts job, String projectUrl) {
        return new DeployableJson(
                job.jobId(),
                job.name(),
                job.stage(),
                job.status().wire(),
                job.ref(),
                job.tag(),
                null,
                projectUrl + "/-/jobs/" + job.jobId(),
                new PipelineJson(
                        job.pipelineId(),
                        job.projectId(),
                        job.sha(),
                        job.ref(),
                        projectUrl + "/-/pipelines/" + job.pipelineId()));
    }
}
