package dev.tandem.server.build.artifacts;

import dev.tandem.pipeline.plan.Artifacts;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.api.ApiException;
import org.springframework.stereotype.Component;

/**
 * Who may have what a job left behind: those who may see its pipeline, as far as {@code artifacts:access} of the job lets them. Later
 * jobs get the artifacts in any case. Safe for many threads.
 */
@Component
public final class ArtifactRights {
    private final Database database;
    private final JobStore jobs;
    private final Access access;

    ArtifactRights(Database database, JobStore jobs, Access access) {
        this.database = database;
        this.jobs = jobs;
        this.access = access;
    }

    /** For somebody who may see the job's pipeline. */
    public boolean mayRead(Actor actor, JobRecord job) {
        Artifacts artifacts = database.read(sql -> jobs.plan(sql, job.id())).artifacts();
        return switch (artifacts == null ? "all" : artifacts.access()) {
            case "all" -> true;
            case "developer" -> holds(actor, job, Role.DEVELOPER);
            case "maintainer" -> holds(actor, job, Role.MAINTAINER);
            default -> false;
        };
    }

    /** @throws ApiException when they are not for {@code actor} */
    public void require(Actor actor, JobRecord job) {
        if (!mayRead(actor, job)) {
            throw actor instanceof Actor.Anonymous ? ApiException.unauthorized() : ApiException.forbidden();
        }
    }

    private boolean holds(Actor actor, JobRecord job, Role role) {
        return access.effectiveRole(actor, job.projectId())
                .filter(held -> held.atLeast(role))
                .isPresent();
    }
}
