package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.storage.RepositoryFolders;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
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
    void aCrashInTheFirstPushStillSetsTheDefaultBranch() {
        Project empty = fixture.project(
                fixture.root(), "e" + UUID.randomUUID().toString().substring(0, 8), false);

        try (Repository repository = open(empty)) {
            assertThat(repository.isBare()).isTrue();
        }
        server.bean(InitialCommit.class).write(empty, fixture.root().user());

        assertThat(fixture.reread(empty).isEmpty()).isFalse();
        assertThat(server.bean(ProtectedBranches.class).isProtected(empty.id(), "main"))
                .isTrue();
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
        try (Repository repository = open(project)) {
            RefUpdate update = repository.updateRef(ref);
            update.setNewObjectId(ObjectId.fromString(first));
            assertThat(update.update()).isEqualTo(RefUpdate.Result.NEW);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Repository open(Project project) {
        return server.bean(RepositoryFolders.class).open(project.id(), "main");
    }
}
