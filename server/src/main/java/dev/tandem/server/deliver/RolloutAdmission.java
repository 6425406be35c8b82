package dev.tandem.server.deliver;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.JobFacts;
import dev.tandem.server.build.Jobs;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.deliver.RolloutAnswer.Why;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Decides who may deploy what where; that the actor may deploy to the project at all was checked before. */
@Component
final class RolloutAdmission {
    private final Database database;
    private final Jobs jobs;
    private final Repositories repositories;
    private final Users users;
    private final RolloutSource sources;

    RolloutAdmission(Database database, Jobs jobs, Repositories repositories, Users users, RolloutSource sources) {
        this.sources = sources;
        this.database = database;
        this.jobs = jobs;
        this.repositories = repositories;
        this.users = users;
    }

    sealed interface Verdict {}

    /**
     * @param job null for a person
     * @param origin the deployment that brought the bundle where it is taken from; null for an upload
     * @param holdSeen the hold that was judged; another one later means judging again
     */
    record Admitted(
            ReleaseBundle bundle,
            String sha,
            @Nullable String ref,
            UserId user,
            @Nullable JobFacts job,
            @Nullable Deployment origin,
            @Nullable Tier tier,
            @Nullable String externalUrl,
            Environment.@Nullable Hold holdSeen)
            implements Verdict {}

    record Denied(Why why, String reason) implements Verdict {}

    /** A rollback may be asked for. */
    record Free() implements Verdict {}

    Verdict decide(RolloutRequest request) {
        Optional<String> problem = EnvironmentNames.problem(request.environment());
        if (problem.isPresent()) {
            return new Denied(Why.INVALID, "\"" + request.environment() + "\" cannot be used: " + problem.get() + ".");
        }
        return switch (request.actor()) {
            case Actor.Job job -> forJob(request, job);
            case Actor.Person person -> forPerson(request, person);
            case Actor.Anonymous() -> new Denied(Why.FORBIDDEN, "Sign in to deploy.");
        };
    }

    private Verdict forJob(RolloutRequest request, Actor.Job actor) {
        JobFacts job = jobs.facts(actor.jobId()).orElse(null);
        Denied denied = jobProblem(job, request.environment());
        if (denied != null || job == null) {
            return denied == null ? gone() : denied;
        }
        if (request.override()) {
            return new Denied(
                    Why.FORBIDDEN,
                    "A job cannot override a hold; only a person can: tandem deploy --override with a personal token.");
        }
        return switch (sources.find(request)) {
            case RolloutSource.None none -> new Denied(none.why(), none.reason());
            case RolloutSource.Source source -> forJob(request, job, source);
        };
    }

    private Verdict forJob(RolloutRequest request, JobFacts job, RolloutSource.Source source) {
        Deployment origin = source.origin();
        // What is promoted is of the commit that it was built of, whatever the job checked out.
        String sha = origin == null ? job.sha() : origin.sha();
        Environment.Hold hold = hold(request);
        if (hold != null && notNewer(request, sha, hold)) {
            return held(request.environment(), sha, hold);
        }
        Tier tier = job.environmentTier() == null
                ? null
                : Tier.ofWire(job.environmentTier()).orElse(null);
        String ref = origin == null ? job.ref() : origin.ref();
        return new Admitted(
                source.bundle(), sha, ref, job.user(), job, origin, tier, webAddress(job.environmentUrl()), hold);
    }

    private Verdict forPerson(RolloutRequest request, Actor.Person person) {
        return switch (sources.find(request)) {
            case RolloutSource.None none -> new Denied(none.why(), none.reason());
            case RolloutSource.Source source -> forPerson(request, person, source);
        };
    }

    private Verdict forPerson(RolloutRequest request, Actor.Person person, RolloutSource.Source source) {
        Deployment origin = source.origin();
        if (origin != null) {
            return forPerson(request, person, source, origin.sha(), origin.ref());
        }
        String named = request.what() instanceof RolloutRequest.What.Bundle bundle ? bundle.sha() : null;
        if (named == null) {
            return new Denied(Why.INVALID, "sha is missing: say which commit the bundle was made of.");
        }
        String sha = repositories.resolve(request.project().id(), named).orElse(null);
        if (sha == null) {
            return new Denied(
                    Why.INVALID, "Commit " + named + " is not in this project. Push it first, or name one that is.");
        }
        String ref = request.what() instanceof RolloutRequest.What.Bundle bundle ? bundle.ref() : null;
        return forPerson(request, person, source, sha, ref);
    }

    private Verdict forPerson(
            RolloutRequest request,
            Actor.Person person,
            RolloutSource.Source source,
            String sha,
            @Nullable String ref) {
        Environment.Hold hold = hold(request);
        if (hold != null && !request.override() && notNewer(request, sha, hold)) {
            return held(request.environment(), sha, hold);
        }
        return new Admitted(source.bundle(), sha, ref, person.user().id(), null, source.origin(), null, null, hold);
    }

    /** What keeps a job from touching {@code environment}; null when nothing does. */
    private static @Nullable Denied jobProblem(@Nullable JobFacts job, String environment) {
        if (job == null) {
            return gone();
        }
        if (job.status() != JobStatus.RUNNING) {
            return new Denied(Why.FORBIDDEN, "Job #" + job.jobId() + " is not running any more, so it cannot deploy.");
        }
        if (!environment.equals(job.environment())) {
            String declares = job.environment() == null
                    ? "declares no environment"
                    : "declares the environment \"" + job.environment() + "\"";
            return new Denied(
                    Why.FORBIDDEN,
                    "Job \"" + job.name() + "\" " + declares + ", so it cannot deploy to \"" + environment
                            + "\". Add \"environment: " + environment + "\" to it in .gitlab-ci.yml.");
        }
        if (job.environmentAction() != null && !job.environmentAction().equals("start")) {
            return new Denied(
                    Why.FORBIDDEN,
                    "Job \"" + job.name() + "\" declares \"environment:action: " + job.environmentAction()
                            + "\", so it does not deploy. Only \"action: start\", the default, does.");
        }
        return null;
    }

    private static Denied gone() {
        return new Denied(Why.FORBIDDEN, "The job is gone, so it cannot deploy.");
    }

    Verdict mayRollBack(Actor actor, Environment environment) {
        if (actor instanceof Actor.Job job) {
            Denied denied = jobProblem(jobs.facts(job.jobId()).orElse(null), environment.name());
            return denied == null ? new Free() : denied;
        }
        return actor.userId().isPresent() ? new Free() : new Denied(Why.FORBIDDEN, "Sign in to roll back.");
    }

    boolean jobIsOver(DSLContext sql, long jobId) {
        return jobs.facts(sql, jobId).map(job -> job.status().isTerminal()).orElse(true);
    }

    String nameOf(Actor actor) {
        return switch (actor) {
            case Actor.Person person -> person.user().username();
            case Actor.Job job -> "job #" + job.jobId();
            case Actor.Anonymous() -> "nobody";
        };
    }

    private Environment.@Nullable Hold hold(RolloutRequest request) {
        return database.read(sql -> new EnvironmentStore(sql)
                .find(request.project().id(), request.environment())
                .map(Environment::hold)
                .orElse(null));
    }

    private boolean notNewer(RolloutRequest request, String sha, Environment.Hold hold) {
        return sha.equals(hold.sha())
                || repositories.isAncestor(request.project().id(), sha, hold.sha());
    }

    private Denied held(String environment, String sha, Environment.Hold hold) {
        String by = users.find(hold.by()).map(user -> user.username()).orElse("somebody");
        String which = sha.equals(hold.sha()) ? "that commit" : "a commit before it";
        return new Denied(
                Why.CONFLICT,
                environment + " was rolled back from " + shortened(hold.sha()) + " by " + by + ", and this is " + which
                        + ". Push a newer commit, or let a person run: tandem deploy " + environment + " --override.");
    }

    private static String shortened(String sha) {
        return sha.length() > 8 ? sha.substring(0, 8) : sha;
    }

    /** Only what can be a link; the job may have left variables in it that only itself knows. */
    static @Nullable String webAddress(@Nullable String url) {
        return url != null && url.matches("https?://[^\\s$]{1,1000}") ? url : null;
    }
}
