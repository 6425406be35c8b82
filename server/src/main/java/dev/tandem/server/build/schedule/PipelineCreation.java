package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.plan.AutoCancel;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.syntax.Mark;
import dev.tandem.pipeline.syntax.SourceFiles;
import dev.tandem.server.build.PipelineCreated;
import dev.tandem.server.build.PipelineFinished;
import dev.tandem.server.build.compile.Configurations;
import dev.tandem.server.build.compile.Configurations.Compiled;
import dev.tandem.server.build.compile.OverlaidFiles;
import dev.tandem.server.build.compile.Situation;
import dev.tandem.server.build.schedule.Upstream.ChildConfig;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.NewPipeline;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.Problem;
import dev.tandem.server.build.store.ResourceGroupStore;
import dev.tandem.server.build.variables.SealedVariables;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.ProtectedBranches;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes pipelines from commits. A push makes one pipeline at most, however often it is told; a crash at any moment leaves
 * either nothing or a beginning which the next delivery of the event completes.
 */
public final class PipelineCreation {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);
    /** A longer key excludes others all the same, but nobody can choose its mode. */
    private static final int LONGEST_GROUP = 255;

    /** The source of what other systems told of. */
    private static final String EXTERNAL = "external";

    private static final Pattern SKIP = Pattern.compile("\\[(ci skip|skip ci)]", Pattern.CASE_INSENSITIVE);

    private final Database database;
    private final Projects projects;
    private final Repositories repositories;
    private final ProtectedBranches protectedBranches;
    private final Users users;
    private final PipelineStore pipelines;
    private final JobStore jobs;
    private final ResourceGroupStore groups;
    private final JobFlow flow;
    private final Configurations configurations;
    private final SealedVariables sealed;
    private final Clock clock;

    public PipelineCreation(
            Database database,
            Projects projects,
            Repositories repositories,
            ProtectedBranches protectedBranches,
            Users users,
            PipelineStore pipelines,
            JobStore jobs,
            ResourceGroupStore groups,
            JobFlow flow,
            Configurations configurations,
            SealedVariables sealed,
            Clock clock) {
        this.database = database;
        this.projects = projects;
        this.repositories = repositories;
        this.protectedBranches = protectedBranches;
        this.users = users;
        this.pipelines = pipelines;
        this.jobs = jobs;
        this.groups = groups;
        this.flow = flow;
        this.configurations = configurations;
        this.sealed = sealed;
        this.clock = clock;
    }

    /** The listener for pushes; safe to repeat. */
    public CreationOutcome ofPush(RefUpdated push) {
        boolean branch = push.ref().startsWith("refs/heads/");
        if (push.after().equals(RefUpdated.ZERO) || (!branch && !push.ref().startsWith("refs/tags/"))) {
            return new CreationOutcome.None("nothing to build");
        }
        if (push.pushOptions().contains("ci.skip")) {
            return new CreationOutcome.None("the push asked for none (ci.skip)");
        }
        Optional<String> commit = repositories.resolve(push.projectId(), push.after());
        return commit.isEmpty()
                ? new CreationOutcome.None("the commit is gone")
                : create(new PipelineWish(
                        push.projectId(),
                        push.pushId(),
                        "push",
                        push.ref().substring(branch ? "refs/heads/".length() : "refs/tags/".length()),
                        !branch,
                        commit.get(),
                        branch ? push.before() : RefUpdated.ZERO,
                        push.userId(),
                        GivenReader.ofPush(push.pushOptions()),
                        null));
    }

    /** Compiles and stores; the pipeline's jobs wait for runners when this returns. */
    public CreationOutcome create(PipelineWish wish) {
        Optional<PipelineRecord> earlier = earlier(wish);
        if (earlier.filter(PipelineRecord::complete).isPresent()) {
            return new CreationOutcome.Created(earlier.get());
        }
        Optional<Project> project =
                projects.find(wish.projectId()).filter(found -> found.mark().isEmpty());
        Optional<Commit> commit = repositories.commit(wish.projectId(), wish.sha());
        Optional<User> user = users.find(new UserId(wish.userId()));
        if (project.isEmpty() || commit.isEmpty() || user.isEmpty()) {
            return new CreationOutcome.None("project, commit or user is gone");
        }
        if (wish.source().equals("push") && SKIP.matcher(commit.get().message()).find()) {
            return new CreationOutcome.None("the commit message asks for none ([skip ci])");
        }
        return compiled(wish, project.get(), commit.get(), user.get(), earlier.orElse(null));
    }

    private Optional<PipelineRecord> earlier(PipelineWish wish) {
        String pushId = wish.pushId();
        Upstream upstream = wish.upstream();
        if (upstream != null) {
            return database.read(sql -> pipelines.ofUpstreamJob(sql, upstream.jobId()));
        }
        return pushId == null ? Optional.empty() : database.read(sql -> pipelines.ofPush(sql, pushId));
    }

    private CreationOutcome compiled(
            PipelineWish wish, Project project, Commit commit, User user, @Nullable PipelineRecord begun) {
        boolean refProtected = protectedBranches.isProtected(
                wish.projectId(), (wish.tag() ? "refs/tags/" : "refs/heads/") + wish.ref());
        Instant now = begun == null ? clock.instant() : begun.createdAt();
        Situation situation = new Situation(
                project,
                commit,
                wish.ref(),
                wish.tag(),
                refProtected,
                wish.before(),
                wish.source(),
                user,
                wish.given().variables(),
                now);
        SourceFiles files = configurations.files(wish.projectId(), wish.sha());
        Upstream upstream = wish.upstream();
        ChildConfig config = upstream == null ? null : upstream.config();
        if (config == null && files.read(Configurations.FILE, 1) == null) {
            return new CreationOutcome.None("there is no " + Configurations.FILE + " at this commit");
        }
        if (!wish.given().faults().isEmpty()) {
            return new CreationOutcome.Created(
                    storeInvalid(new Header(wish, refProtected, commit, List.of(), faults(wish), now)));
        }
        Map<String, String> inputs = upstream == null ? wish.given().inputs() : upstream.inputs();
        Compiled compiled = config == null
                ? configurations.compile(situation, files, Configurations.FILE, inputs)
                : configurations.compile(situation, new OverlaidFiles(files, config.files()), ChildConfig.ROOT, inputs);
        Compilation compilation = compiled.compilation();
        List<Problem> problems = compilation.diagnostics().stream()
                .map(Problem::of)
                .map(problem -> config == null ? problem : blamed(problem, config.mark()))
                .toList();
        Header header = new Header(wish, refProtected, commit, compiled.predefined(), problems, now);
        return switch (compilation.outcome()) {
            case Outcome.Filtered filtered -> new CreationOutcome.None(filtered.message());
            case Outcome.Invalid() -> new CreationOutcome.Created(storeInvalid(header));
            case Outcome.Runs(Plan plan) ->
                new CreationOutcome.Created(storeJobs(begun == null ? begin(header, plan) : begun, plan));
        };
    }

    /**
     * A pipeline without jobs of its own, for what other systems tell of a commit that has none; as GitLab has it.
     *
     * @return empty when {@code ref} is neither branch nor tag of the project, or the commit is gone
     */
    public Optional<PipelineRecord> ofStatuses(long projectId, String ref, String sha, long userId) {
        boolean branch = repositories.resolve(projectId, "refs/heads/" + ref).isPresent();
        boolean tag =
                !branch && repositories.resolve(projectId, "refs/tags/" + ref).isPresent();
        Optional<Commit> commit = repositories.commit(projectId, sha);
        if (commit.isEmpty() || !(branch || tag)) {
            return Optional.empty();
        }
        PipelineWish wish = new PipelineWish(
                projectId, null, EXTERNAL, ref, tag, sha, RefUpdated.ZERO, userId, Given.NOTHING, null);
        boolean refProtected = protectedBranches.isProtected(projectId, (tag ? "refs/tags/" : "refs/heads/") + ref);
        Header header = new Header(wish, refProtected, commit.get(), List.of(), List.of(), clock.instant());
        PipelineRecord pipeline = database.write(tx -> {
            // Two systems that speak at once speak of one pipeline.
            pipelines.lockProject(tx.sql(), projectId);
            PipelineStore.Filter same = new PipelineStore.Filter(ref, sha, null, null, null);
            return pipelines.list(tx.sql(), projectId, same, 0, 1).stream()
                    .findFirst()
                    .orElseGet(() -> pipelines.insert(
                            tx.sql(), row(header, null, JobStatus.CREATED, true, AutoCancel.DEFAULT, List.of())));
        });
        repositories.keep(projectId, "refs/pipelines/" + pipeline.id(), sha);
        return Optional.of(pipeline);
    }

    /** Nobody is there to be told: a push has been accepted already. */
    private static List<Problem> faults(PipelineWish wish) {
        return wish.given().faults().stream().map(Problem::ofWish).toList();
    }

    /** What is wrong with the list of files is wrong in the trigger job, which nobody sees the list of. */
    private static Problem blamed(Problem problem, Mark trigger) {
        return problem.file().equals(ChildConfig.ROOT)
                ? new Problem(
                        problem.code(),
                        problem.fatal(),
                        problem.message(),
                        trigger.file(),
                        trigger.line(),
                        trigger.column(),
                        "trigger:include",
                        problem.hint())
                : problem;
    }

    /** What is stored of a pipeline whatever its jobs. */
    private record Header(
            PipelineWish wish,
            boolean refProtected,
            Commit commit,
            List<Variable> predefined,
            List<Problem> problems,
            Instant createdAt) {}

    private PipelineRecord storeInvalid(Header header) {
        return database.write(tx -> {
            PipelineRecord pipeline = pipelines.insert(
                    tx.sql(), row(header, null, JobStatus.FAILED, true, AutoCancel.DEFAULT, List.of()));
            tx.publish(new PipelineCreated(pipeline.id(), pipeline.projectId(), pipeline.ref(), pipeline.sha()));
            tx.publish(new PipelineFinished(
                    pipeline.id(), pipeline.projectId(), pipeline.ref(), pipeline.sha(), JobStatus.FAILED));
            flow.superseded(tx, pipeline);
            return pipeline;
        });
    }

    /** The number of the pipeline must be known before its hidden ref can be set, and that before any job may start. */
    private PipelineRecord begin(Header header, Plan plan) {
        return database.write(tx -> pipelines.insert(
                tx.sql(), row(header, plan.name(), JobStatus.CREATED, false, plan.autoCancel(), plan.stages())));
    }

    private PipelineRecord storeJobs(PipelineRecord pipeline, Plan plan) {
        repositories.keep(pipeline.projectId(), "refs/pipelines/" + pipeline.id(), pipeline.sha());
        return database.write(tx -> {
            PipelineRecord locked =
                    pipelines.lock(tx.sql(), pipeline.id(), clock.instant()).orElseThrow();
            if (locked.complete()) {
                return locked;
            }
            insertJobs(tx, locked, plan);
            pipelines.complete(tx.sql(), locked.id());
            tx.publish(new PipelineCreated(locked.id(), locked.projectId(), locked.ref(), locked.sha()));
            flow.superseded(tx, locked);
            flow.advance(tx, locked.id());
            return pipelines.find(tx.sql(), locked.id()).orElseThrow();
        });
    }

    private void insertJobs(Tx tx, PipelineRecord pipeline, Plan plan) {
        int position = 0;
        for (PlannedJob job : plan.jobs()) {
            Duration timeout = Objects.requireNonNullElse(job.timeout(), DEFAULT_TIMEOUT);
            jobs.insert(tx.sql(), pipeline, job, position++, timeout, clock.instant());
            String group = job.resourceGroup();
            if (group != null && group.length() <= LONGEST_GROUP) {
                groups.ensure(tx.sql(), pipeline.projectId(), group, clock.instant());
            }
        }
    }

    private NewPipeline row(
            Header header,
            @Nullable String name,
            JobStatus status,
            boolean complete,
            AutoCancel autoCancel,
            List<String> stages) {
        PipelineWish wish = header.wish();
        Upstream upstream = wish.upstream();
        return new NewPipeline(
                wish.projectId(),
                wish.pushId(),
                wish.source(),
                wish.ref(),
                wish.tag(),
                header.refProtected(),
                wish.sha(),
                wish.before(),
                name,
                header.commit().title(),
                status,
                complete,
                autoCancel,
                stages,
                header.problems(),
                header.predefined(),
                wish.given().variables().isEmpty()
                        ? null
                        : sealed.seal(wish.given().variables()),
                wish.userId(),
                header.createdAt(),
                upstream == null ? null : Long.valueOf(upstream.jobId()),
                upstream == null ? null : Long.valueOf(upstream.rootId()),
                upstream == null ? 0 : upstream.depth());
    }
}
