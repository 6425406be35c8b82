package dev.tandem.server.build;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.runners.RunningJobs;
import dev.tandem.server.build.runners.Tokens;
import dev.tandem.server.build.schedule.JobFlow;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.store.PipelineStore;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.server.build.store.RunnerStore;
import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.ProjectCreation;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.RefUpdated;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserCreation;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** A real server with projects to push to by real git, and runners that tests play by hand. */
public final class BuildServer implements AutoCloseable {
    private final RunningServer server;
    private final Path folder;

    private BuildServer(RunningServer server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    public static BuildServer start(Path folder, String... flags) {
        return new BuildServer(RunningServer.start(folder.resolve("data"), flags), folder);
    }

    public RunningServer server() {
        return server;
    }

    /** A project of root's with one commit on main that holds this configuration. */
    public Repo project(String name, String config) {
        return project("root", name, config);
    }

    /** The same in a namespace that exists. */
    public Repo project(String namespace, String name, String config) {
        User root = server.bean(Users.class).find("root").orElseThrow();
        ProjectCreation made = server.bean(Projects.class)
                .create(
                        new Actor.Person(root, TokenScope.all()),
                        root,
                        new NewProject(namespace, name, name, "", false, "main"));
        if (!(made instanceof ProjectCreation.Created(var project))) {
            throw new AssertionError(made);
        }
        Repo repo = new Repo(project.id(), namespace + "/" + name, folder.resolve("work-" + name));
        repo.git("init", "-q", "-b", "main", ".");
        repo.write(".gitlab-ci.yml", config);
        repo.push("first");
        return repo;
    }

    /** Somebody new, perhaps a member of a project; the token of the answer has all scopes. */
    public String person(String username, Repo repo, Optional<Role> role) {
        return server.bean(Database.class).write(tx -> {
            UserCreation made =
                    server.bean(Users.class).create(tx, username, username, username + "@example.test", false);
            User user = ((UserCreation.Created) made).user();
            role.ifPresent(
                    held -> server.bean(Members.class).add(tx, new MemberSource.OfProject(repo.id()), user.id(), held));
            return server.bean(PersonalTokens.class)
                    .create(tx, user.id(), "test", Set.of(TokenScope.API), Optional.empty())
                    .secret();
        });
    }

    /** A runner that takes any job, for tests to play. */
    public ScriptedRunner runner(String... tags) {
        String token = Tokens.ofRunner();
        Database database = server.bean(Database.class);
        RunnerRecord runner =
                new RunnerRecord(0, "scripted", List.of(tags), true, false, false, false, 0, Instant.now(), null);
        RunnerRecord stored =
                database.write(tx -> server.bean(RunnerStore.class).insert(tx.sql(), runner, Tokens.hash(token)));
        return new ScriptedRunner(server.uri(), token, stored.id());
    }

    /** The row of the built-in runner, as a server that ran it leaves it. */
    public long builtInRunner() {
        RunnerRecord runner =
                new RunnerRecord(0, "built-in runner", List.of(), true, false, false, true, 0, Instant.now(), null);
        return server.bean(Database.class)
                .write(tx -> server.bean(RunnerStore.class).insert(tx.sql(), runner, Tokens.hash(Tokens.ofRunner())))
                .id();
    }

    /** Gives a job to a runner that never asks for anything; perhaps acknowledged. */
    public void claim(long jobId, long runnerId, boolean acknowledged) {
        JobStore jobs = server.bean(JobStore.class);
        boolean done = server.bean(Database.class).write(tx -> {
            Instant until = Instant.now().plus(Duration.ofMinutes(2));
            boolean claimed = jobs.claim(tx.sql(), jobId, runnerId, true, Tokens.hash(Tokens.ofJob()), until);
            return claimed
                    && (!acknowledged
                            || server.bean(JobFlow.class)
                                    .start(tx, jobs.find(tx.sql(), jobId).orElseThrow()));
        });
        if (!done) {
            throw new AssertionError("job " + jobId + " was not to be had");
        }
    }

    public List<JobRecord> jobs(long pipelineId) {
        return read(() -> server.bean(Database.class)
                .read(sql -> server.bean(JobStore.class).latest(sql, pipelineId)));
    }

    public JobRecord job(long jobId) {
        return server.bean(Database.class)
                .read(sql -> server.bean(JobStore.class).find(sql, jobId).orElseThrow());
    }

    public List<PipelineRecord> pipelines(long projectId) {
        return server.bean(Database.class)
                .read(sql -> server.bean(PipelineStore.class).list(sql, projectId, PipelineStore.Filter.ALL, 0, 100));
    }

    public PipelineRecord pipeline(long id) {
        return server.bean(Database.class)
                .read(sql -> server.bean(PipelineStore.class).find(sql, id).orElseThrow());
    }

    /** The newest pipeline, once it is complete and another than {@code after}. */
    public PipelineRecord awaitPipeline(Repo repo, long after) {
        return Await.value(
                "a pipeline of " + repo.path(),
                () -> pipelines(repo.id()).stream()
                        .filter(pipeline -> pipeline.complete() && pipeline.id() > after)
                        .findFirst());
    }

    /** Ends all there is, so that the next test finds no job of this one. */
    public void cancelAll() {
        Database database = server.bean(Database.class);
        List<JobRecord> open = database.read(sql ->
                server.bean(JobStore.class).inStatus(sql, JobStatus.PENDING, JobStatus.RUNNING, JobStatus.CANCELING));
        for (JobRecord job : open) {
            database.write(tx -> {
                server.bean(JobFlow.class).cancelPipeline(tx, job.pipelineId(), true);
                return job;
            });
        }
    }

    public void sweep() {
        server.bean(RunningJobs.class).sweep();
    }

    @Override
    public void close() {
        server.close();
    }

    private static <T> T read(Supplier<T> work) {
        return work.get();
    }

    /** A working copy of a project. */
    public final class Repo {
        private final long id;
        private final String path;
        private final Path work;
        private final Map<String, String> pushed = new HashMap<>();

        private Repo(long id, String path, Path work) {
            this.id = id;
            this.path = path;
            this.work = work;
        }

        public long id() {
            return id;
        }

        public String path() {
            return path;
        }

        public void write(String file, String content) {
            try {
                Path target = work.resolve(file);
                Files.createDirectories(target.getParent());
                Files.writeString(target, content);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Commits all there is and brings it to the server. {@code options} are git push options. */
        public void push(String message, String... options) {
            git("add", "-A");
            git("commit", "-q", "--allow-empty", "-m", message);
            String ref = git("symbolic-ref", "HEAD");
            String after = git("rev-parse", "HEAD");
            String before = pushed.getOrDefault(ref, RefUpdated.ZERO);
            RepositoryFolders folders = server.bean(RepositoryFolders.class);
            folders.open(id, "main").close();
            git("push", "-q", "-f", folders.folder(id).toString(), "HEAD:" + ref);
            pushed.put(ref, after);
            announce(new RefUpdated(
                    UUID.randomUUID().toString(), id, ref, before, after, 1, Instant.now(), List.of(options)));
        }

        /** Brings a tag to the server without telling build of it. */
        public void pushTag(String tag) {
            git("push", "-q", server.bean(RepositoryFolders.class).folder(id).toString(), "refs/tags/" + tag);
        }

        /** Tells build of a push, as code does in the transaction that completes it. */
        public void announce(RefUpdated push) {
            server.bean(Database.class).write(tx -> {
                tx.publish(push);
                return push;
            });
        }

        public String git(String... arguments) {
            try {
                Files.createDirectories(work);
                java.util.ArrayList<String> command = new java.util.ArrayList<>(
                        List.of("git", "-c", "user.name=Root", "-c", "user.email=root@example.test"));
                command.addAll(List.of(arguments));
                Process process = new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new AssertionError(String.join(" ", arguments) + ": " + output);
                }
                return output.strip();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
