package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.DurableTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A push that dies at each point between intent and completion. */
class PushCrashTest {
    private static final String MAIN = "refs/heads/main";

    @TempDir
    static Path data;

    private static RunningServer server;
    private static CodeFixture fixture;

    private Project project;
    private String first;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        fixture = new CodeFixture(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void makeProject() {
        project = fixture.project(
                fixture.root(), "c" + UUID.randomUUID().toString().substring(0, 8), false);
        server.bean(InitialCommit.class).write(project, fixture.root().user());
        first = server.bean(Repositories.class).resolve(project.id(), MAIN).orElseThrow();
    }

    @Test
    void aPushThatDiedBeforeTheRefMovedIsDropped() {
        die("refs/heads/b", () -> {});

        server.bean(Pushes.class).reconcile();

        assertThat(fixture.intents(project)).containsExactly(MAIN + " completed", "refs/heads/b dropped");
    }

    @Test
    void aPushThatDiedAfterTheRefMovedIsCompleted() {
        die("refs/heads/b", () -> move("refs/heads/b"));

        server.bean(Pushes.class).reconcile();

        assertThat(fixture.intents(project)).containsExactly(MAIN + " completed", "refs/heads/b completed");
    }

    @Test
    void theNextPushSettlesWhatTheOneBeforeLeftOpen() {
        die("refs/heads/b", () -> move("refs/heads/b"));

        execute("refs/heads/c", () -> {
            move("refs/heads/c");
            return Set.of("refs/heads/c");
        });

        assertThat(fixture.intents(project))
                .containsExactly(MAIN + " completed", "refs/heads/b completed", "refs/heads/c completed");
    }

    @Test
    void aCrashInTheFirstPushStillSetsTheDefaultBranch() throws IOException {
        Project empty = fixture.project(
                fixture.root(), "e" + UUID.randomUUID().toString().substring(0, 8), false);
        String commit = strayCommit(empty);
        RefChange change = new RefChange("refs/heads/trunk", RefUpdated.ZERO, commit, RefChange.Kind.CREATE);
        try (Repository repository = open(empty)) {
            assertThatThrownBy(() -> server.bean(Pushes.class)
                            .execute(new Pushes.Request(empty, 1, List.of(change), List.of()), repository, () -> {
                                move(empty, "refs/heads/trunk", commit);
                                throw new IllegalStateException("killed");
                            }))
                    .hasMessage("killed");
        }
        assertThat(fixture.reread(empty).isEmpty()).isTrue();

        server.bean(Pushes.class).reconcile();

        assertThat(fixture.reread(empty).isEmpty()).isFalse();
        assertThat(fixture.reread(empty).defaultBranch()).isEqualTo("trunk");
        assertThat(head(empty)).isEqualTo("refs/heads/trunk");
        assertThat(server.bean(ProtectedBranches.class).isProtected(empty.id(), "trunk"))
                .isTrue();
    }

    @Test
    void headFollowsTheRowAfterACrashBetweenThem() throws IOException {
        move("refs/heads/b");
        Project edited = withDefaultBranch("b");
        // As a crash right after the row's commit leaves it.
        try (Repository repository = open(project)) {
            server.bean(RepositoryFolders.class).setDefaultBranch(repository, "main");
        }

        followDefaultBranch().work().accept(new HeadFollowing(edited.id()));

        assertThat(head(edited)).isEqualTo("refs/heads/b");
    }

    /** As whoever changes the default branch and the task that follows it do. */
    @Test
    void twoThatSetHeadAtOnceWaitForEachOther() throws Exception {
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Void> often = () -> {
                try (Repository repository = open(project)) {
                    for (int i = 0; i < 50; i++) {
                        server.bean(RepositoryFolders.class).setDefaultBranch(repository, "b" + i);
                    }
                }
                return null;
            };
            for (Future<Void> one : both.invokeAll(List.of(often, often))) {
                one.get();
            }
        }
        assertThat(head(project)).isEqualTo("refs/heads/b49");
    }

    @Test
    void onlyABranchThatIsThereBecomesTheDefaultOne() throws IOException {
        Optional<ProjectCreation.Invalid> refused = edit("nothing");

        assertThat(refused).isPresent();
        assertThat(head(project)).isEqualTo(MAIN);
        move("refs/heads/b");
        assertThat(withDefaultBranch("b").defaultBranch()).isEqualTo("b");
        assertThat(head(project)).isEqualTo("refs/heads/b");
    }

    private Project withDefaultBranch(String branch) {
        assertThat(edit(branch)).isEmpty();
        return fixture.reread(project);
    }

    private Optional<ProjectCreation.Invalid> edit(String branch) {
        Project now = fixture.reread(project);
        return server.bean(Projects.class)
                .edit(fixture.root().actor(), now, new ProjectEdit(now.name(), now.description(), false, branch));
    }

    @SuppressWarnings("unchecked")
    private static DurableTask<HeadFollowing> followDefaultBranch() {
        return server.beans(DurableTask.class).get("followDefaultBranch");
    }

    private static String head(Project project) throws IOException {
        try (Repository repository = open(project)) {
            return repository.exactRef("HEAD").getTarget().getName();
        }
    }

    @Test
    void whatADeadServerLockedIsFreeForTheNext() throws IOException {
        RepositoryFolders next = new RepositoryFolders(data.resolve("repositories"));
        Path folder = next.folder(project.id());
        List<Path> locks = Stream.of(
                        "HEAD.lock",
                        "packed-refs.lock",
                        "objects/info/commit-graph.lock",
                        "refs/heads/main.lock",
                        "refs/heads/deep/side.lock")
                .map(folder::resolve)
                .toList();
        for (Path lock : locks) {
            Files.createDirectories(lock.getParent());
            Files.createFile(lock);
        }
        String second = strayCommit(project);
        try (Repository repository = open(project)) {
            assertThat(moved(repository, second)).as("as it was before").isEqualTo(RefUpdate.Result.LOCK_FAILURE);
        }

        try (Repository repository = next.open(project.id(), "main")) {
            assertThat(locks).noneMatch(Files::exists);
            assertThat(moved(repository, second)).isEqualTo(RefUpdate.Result.FORCED);
        }
        Files.createFile(locks.getLast());
        next.open(project.id(), "main").close();
        assertThat(locks.getLast()).as("of somebody who lives").exists();
    }

    @Test
    void aRepositoryThatADeadProcessPackedIsPackedByTheNext() throws Exception {
        Path packing = data.resolve("repositories/" + project.id() + ".git/gc.pid");
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        for (String left : List.of(dead.pid() + " host", dead.pid() + "@host", "", "no number")) {
            Files.writeString(packing, left);
            new RepositoryFolders(data.resolve("repositories"))
                    .open(project.id(), "main")
                    .close();
            assertThat(packing).as(left).doesNotExist();
        }

        Files.writeString(packing, ProcessHandle.current().pid() + " host");
        new RepositoryFolders(data.resolve("repositories"))
                .open(project.id(), "main")
                .close();
        assertThat(packing).exists();
    }

    private static RefUpdate.Result moved(Repository repository, String to) throws IOException {
        RefUpdate update = repository.updateRef(MAIN);
        update.setForceUpdate(true);
        update.setNewObjectId(ObjectId.fromString(to));
        return update.update();
    }

    private static String strayCommit(Project project) throws IOException {
        try (Repository repository = open(project);
                ObjectInserter inserter = repository.newObjectInserter()) {
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(inserter.insert(new TreeFormatter()));
            commit.setAuthor(new PersonIdent("Mei", "mei@example.test"));
            commit.setCommitter(commit.getAuthor());
            commit.setMessage("First");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id.name();
        }
    }

    private void die(String ref, Runnable before) {
        assertThatThrownBy(() -> execute(ref, () -> {
                    before.run();
                    throw new IllegalStateException("killed");
                }))
                .hasMessage("killed");
        assertThat(fixture.intents(project)).contains(ref + " open");
    }

    private void execute(String ref, Pushes.Mover mover) {
        RefChange change = new RefChange(ref, RefUpdated.ZERO, first, RefChange.Kind.CREATE);
        try (Repository repository = open(project)) {
            server.bean(Pushes.class)
                    .execute(new Pushes.Request(project, 1, List.of(change), List.of()), repository, mover);
        }
    }

    private void move(String ref) {
        move(project, ref, first);
    }

    private static void move(Project project, String ref, String sha) {
        try (Repository repository = open(project)) {
            RefUpdate update = repository.updateRef(ref);
            update.setNewObjectId(ObjectId.fromString(sha));
            assertThat(update.update()).isEqualTo(RefUpdate.Result.NEW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Repository open(Project project) {
        return server.bean(RepositoryFolders.class).open(project.id(), "main");
    }
}
