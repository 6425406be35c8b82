package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that take artifacts of other pipelines, or show what became of one. */
class OtherPipelinesTest {
    @TempDir
    static Path folder;

    private static BuildServer build;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @AfterEach
    void leaveNothing() {
        build.cancelAll();
    }

    @Test
    void aJobTakesTheArtifactsOfTheLatestSuccessOfAnotherProject() {
        Repo library = library("library");
        long first = make(library, 0, "1", "success");
        long second = make(library, build.job(first).pipelineId(), "2", "success");
        make(library, build.job(second).pipelineId(), "3", "failed");
        Repo app = app("app", "root/library");
        PipelineRecord pipeline = build.awaitPipeline(app, 0);
        assertThat(pipeline.problems()).isEmpty();

        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();

        assertThat(job.payload().get("dependencies")).hasSize(1);
        assertThat(job.payload().get("dependencies").get(0).get("id").asLong()).isEqualTo(second);
        assertThat(runner.download(second, job.token(), "").body()).containsExactly('2');
        assertThat(runner.download(first, job.token(), "").statusCode()).isEqualTo(403);
    }

    @Test
    void whatTheUserMayNotReadIsMissing() {
        Repo secret = library("secret");
        long made = make(secret, 0, "1", "success");
        Repo app = app("outsider", "root/secret");
        long first = build.awaitPipeline(app, 0).id();
        build.cancelAll();
        String mei = build.person("mei", app, Optional.of(Role.MAINTAINER));
        run(app, mei);

        long pipeline = build.awaitPipeline(app, first).id();
        assertThat(build.runner().ask(Optional.empty()).statusCode()).isEqualTo(204);

        JobRecord job = build.jobs(pipeline).getFirst();
        assertThat(job.status()).isEqualTo(JobStatus.FAILED);
        assertThat(job.failureReason()).isEqualTo("missing_dependency_failure");
        assertThat(log(job)).contains("'make' in root/secret at main", "may not read");
        join(secret, "mei", Role.REPORTER);
        run(app, mei);
        build.awaitPipeline(app, pipeline);
        Given allowed = build.runner().takeAndStart();
        assertThat(build.runner().download(made, allowed.token(), "").statusCode())
                .isEqualTo(200);
        leave(secret, "mei");
        assertThat(build.runner().download(made, allowed.token(), "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void aChildTakesTheArtifactsOfItsParent() {
        Repo repo = build.project("parent", "a: {script: [echo]}\n");
        repo.write("child.yml", """
                use: {script: [echo], needs: [{pipeline: $PARENT_PIPELINE_ID, job: make}]}
                """);
        repo.write(".gitlab-ci.yml", """
                stages: [make, use]
                make: {stage: make, script: [echo], artifacts: {paths: [a]}}
                child: {stage: use, trigger: {include: child.yml}, variables: {PARENT_PIPELINE_ID: $CI_PIPELINE_ID}}
                """);
        long first = build.awaitPipeline(repo, 0).id();
        build.cancelAll();
        repo.push("child");
        PipelineRecord parent = build.awaitPipeline(repo, first);
        ScriptedRunner runner = build.runner();
        long made = finish(runner, "1", "success");
        Await.until("the child exists", () -> jobOfChild(parent).isPresent());

        Given job = runner.takeAndStart();

        assertThat(job.payload().get("dependencies")).hasSize(1);
        assertThat(runner.download(made, job.token(), "").body()).containsExactly('1');
    }

    @Test
    void aPipelineOfAnotherProjectIsNoParent() {
        Repo other = library("stranger");
        long made = make(other, 0, "1", "success");
        Repo repo = build.project(
                "guess",
                "use: {script: [echo], needs: [{pipeline: '" + build.job(made).pipelineId() + "', job: make}]}\n");
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        assertThat(build.runner().ask(Optional.empty()).statusCode()).isEqualTo(204);

        JobRecord job = build.jobs(pipeline.id()).getFirst();
        assertThat(job.failureReason()).isEqualTo("missing_dependency_failure");
        assertThat(log(job)).contains("must be a parent or child of this one");
    }

    @Test
    void aJobShowsTheStatusOfAnotherProjectsLatestPipeline() {
        Repo watched = library("watched");
        PipelineRecord above = build.awaitPipeline(watched, 0);
        Repo repo = build.project("watching", """
                stages: [watch, after]
                watch: {stage: watch, needs: {pipeline: root/watched}}
                after: {stage: after, script: [echo]}
                """);
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);
        assertThat(pipeline.problems()).isEmpty();
        awaitWatch(pipeline, JobStatus.RUNNING);

        finish(build.runner(), "1", "failed");

        awaitWatch(pipeline, JobStatus.FAILED);
        assertThat(log(build.jobs(pipeline.id()).getFirst())).contains("/root/watched/-/pipelines/" + above.id());
        assertThat(build.pipeline(pipeline.id()).status()).isEqualTo(JobStatus.FAILED);
        build.server()
                .api(
                        "POST",
                        "/projects/" + watched.id() + "/pipelines/" + above.id() + "/retry",
                        RunningServer.TOKEN,
                        null);
        awaitWatch(pipeline, JobStatus.RUNNING);
        finish(build.runner(), "1", "success");
        awaitWatch(pipeline, JobStatus.SUCCESS);
        Await.until(
                "the next stage's turn",
                () -> build.jobs(pipeline.id()).getLast().status() == JobStatus.PENDING);
    }

    @Test
    void aProjectThatIsNotThereOrIsTheJobsOwnCannotBeShown() {
        Repo repo = build.project("selfish", """
                a: {needs: {pipeline: root/selfish}}
                b: {needs: {pipeline: root/nowhere}}
                """);
        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        Await.until(
                "both are over",
                () -> build.jobs(pipeline.id()).stream()
                        .allMatch(job -> "upstream_bridge_project_not_found".equals(job.failureReason())));
        assertThat(log(build.jobs(pipeline.id()).getFirst())).contains("wait for itself");
    }

    private static Repo library(String name) {
        return build.project(name, "make: {script: [echo], artifacts: {paths: [a], when: always}}\n");
    }

    private static Repo app(String name, String from) {
        return build.project(
                name,
                "use: {script: [echo], needs: [{project: " + from + ", job: make, ref: main, artifacts: true}]}\n");
    }

    /** The job of the project's next pipeline, ended as told. */
    private static long make(Repo repo, long after, String content, String how) {
        if (after > 0) {
            repo.push("again");
        }
        build.awaitPipeline(repo, after);
        return finish(build.runner(), content, how);
    }

    private static long finish(ScriptedRunner runner, String content, String how) {
        Given job = runner.takeAndStart();
        runner.upload(job, "", "a.zip", content.getBytes(StandardCharsets.UTF_8));
        runner.finishTaken(job, "", how, "");
        return job.id();
    }

    private static void run(Repo repo, String token) {
        int status = build.server()
                .api("POST", "/projects/" + repo.id() + "/pipeline", token, "{\"ref\":\"main\"}")
                .statusCode();
        assertThat(status).isEqualTo(201);
    }

    private static void join(Repo repo, String name, Role role) {
        UserId user = build.server().bean(Users.class).find(name).orElseThrow().id();
        build.server()
                .bean(Database.class)
                .write(tx ->
                        build.server().bean(Members.class).add(tx, new MemberSource.OfProject(repo.id()), user, role));
    }

    private static void leave(Repo repo, String name) {
        long user =
                build.server().bean(Users.class).find(name).orElseThrow().id().value();
        int status = build.server()
                .api("DELETE", "/projects/" + repo.id() + "/members/" + user, RunningServer.TOKEN, null)
                .statusCode();
        assertThat(status).isEqualTo(204);
    }

    private static Optional<JobRecord> jobOfChild(PipelineRecord parent) {
        long bridge = build.jobs(parent.id()).getLast().id();
        return build.server()
                .bean(Database.class)
                .read(sql -> build.server().bean(PipelineStore.class).ofUpstreamJob(sql, bridge))
                .flatMap(child -> build.jobs(child.id()).stream().findFirst());
    }

    private static void awaitWatch(PipelineRecord pipeline, JobStatus status) {
        Await.until(
                "the job is " + status,
                () -> build.jobs(pipeline.id()).getFirst().status().equals(status));
    }

    private static String log(JobRecord job) {
        return new String(build.server().bean(JobLogs.class).read(job.id(), 0, 10_000), StandardCharsets.UTF_8);
    }
}
