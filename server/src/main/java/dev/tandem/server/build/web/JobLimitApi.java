package dev.tandem.server.build.web;

import dev.tandem.server.build.schedule.JobLimits;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** How many jobs of a project run at once. */
@RestController
class JobLimitApi {
    static final int MOST = 100_000;
    private static final String PATH = "/api/tandem/v1/projects/{id}/job_limit";

    private final JobLimits limits;
    private final ProjectDirectory projects;

    JobLimitApi(JobLimits limits, ProjectDirectory projects) {
        this.limits = limits;
        this.projects = projects;
    }

    /**
     * @param limit 0 for none
     * @param ownLimit null when the project has what all others have
     * @param full whether more jobs wait because of it
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record LimitJson(int limit, @Nullable Integer ownLimit, int running, boolean full) {}

    @Requires(Permission.READ_PIPELINE)
    @GetMapping(PATH)
    LimitJson limit(ProjectFacts project) {
        JobLimits.Seen seen = limits.of(project.id());
        return new LimitJson(seen.limit(), seen.own(), seen.running(), seen.full());
    }

    /** {@code own_limit}: a number, 0 for no limit, null or empty for what all others have. */
    @Requires(Permission.ADMINISTER)
    @PutMapping(PATH)
    LimitJson set(@PathVariable("id") String id, Actor actor, Parameters parameters) {
        ProjectFacts project = projects.find(id).orElseThrow(() -> ApiException.notFound("Project"));
        if (!parameters.has("own_limit")) {
            throw ApiException.missing("own_limit");
        }
        Integer jobs = parameters.number("own_limit").map(JobLimitApi::checked).orElse(null);
        limits.set(actor, project, jobs);
        return limit(project);
    }

    private static Integer checked(long jobs) {
        if (jobs < 0 || jobs > MOST) {
            throw new ApiException(400, "own_limit must be from 0 (no limit) to " + MOST + ".");
        }
        return (int) jobs;
    }
}
