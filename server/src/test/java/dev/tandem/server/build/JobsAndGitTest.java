package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.logs.JobLogs;
import dev.tandem.server.build.store.ArtifactStore;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job's token opens for git, and what is left of jobs when their project goes. */
class JobsAndGitTest {
    private static final String ONE_JOB = "hello:\n  script: [echo hello]\n";

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

    @Test
    void aJobTokenReadsItsOwnProjectWhileTheJobRunsAndPushesNothing() {
        Repo foreign = build.project("foreign", "hello:\n  script: [x]\n  rules: [{when: never}]\n");
        Repo own = build.project("own", ONE_JOB);
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        String url = url(own, job);

        assertThat(own.git("ls-remote", url)).contains("refs/heads/main");
        assertThat(fails(own, "ls-remote", url(foreign, job))).contains("not found");
        assertThat(fails(own, "push", url, "HEAD:refs/heads/stolen")).contains("403");
        assertThat(own.git("ls-remote", url)).doesNotContain("stolen");

        runner.finishTaken(job, "", "success", "");
        assertThat(fails(own, "ls-remote", url)).containsAnyOf("Authentication failed", "could not read");
    }

    @Test
    void logsAndArtifactsGoWithTheirProject() throws IOException {
        Repo repo = build.project("doomed", ONE_JOB);
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        assertThat(runner.upload(job, "?artifact_format=zip&artifact_type=archive", "a.zip", new byte[] {1, 2, 3})
                        .statusCode())
                .isEqualTo(201);
        runner.finishTaken(job, "hello\n", "success", "");
        Database database = build.server().bean(Database.class);
        JobLogs logs = build.server().bean(JobLogs.class);
        ObjectStore objects = build.server().bean(ObjectStore.class);
        List<String> keys =
                database.read(sql -> build.server().bean(ArtifactStore.class).ofJobs(sql, List.of(job.id())).stream()
                        .map(artifact -> artifact.objectKey())
                        .toList());
        assertThat(keys).hasSize(1);
        assertThat(objects.size(keys.getFirst())).isPresent();
        assertThat(logs.size(job.id())).isPositive();

        delete(repo);
        String data = database.read(sql -> sql.fetchOne(
                        "select task_data from scheduled_tasks where task_name = 'build.remove-deleted-jobs'")
                .get(0, String.class));
        assertThat(data).contains(keys.getFirst());
        removal().work().accept(new DeletedJobs.Batch(List.of(job.id()), keys));

        assertThat(objects.size(keys.getFirst())).isEmpty();
        assertThat(logs.size(job.id())).isZero();
        assertThat(logs.stream(job.id())).isEmpty();
    }

    private static void delete(Repo repo) {
        Projects projects = build.server().bean(Projects.class);
        Actor root =
                new Actor.Person(build.server().bean(Users.class).find("root").orElseThrow(), TokenScope.all());
        projects.delete(root, projects.find(repo.id()).orElseThrow());
    }

    @SuppressWarnings("unchecked")
    private static DurableTask<DeletedJobs.Batch> removal() {
        return build.server().beans(DurableTask.class).get("removeDeletedJobs");
    }

    private static String url(Repo repo, Given job) {
        return build.server().uri().toString().replace("http://", "http://gitlab-ci-token:" + job.token() + "@") + "/"
                + repo.path() + ".git";
    }

    private static String fails(Repo repo, String... command) {
        try {
            repo.git(command);
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("it should be refused: " + String.join(" ", command));
    }
}
