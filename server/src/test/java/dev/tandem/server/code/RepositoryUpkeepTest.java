package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.storage.Housekeeping;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jgit.internal.storage.commitgraph.CommitGraph;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packing repositories anew, on a real server with real git. */
class RepositoryUpkeepTest {
    private static final Duration GRACE = Duration.ofDays(14);

    /** Old packs go at once, so that a test need not wait an hour. */
    private static final Housekeeping EAGER = new Housekeeping(5, 5_000, 100_000, Duration.ZERO, GRACE);

    @TempDir
    static Path data;

    private static RunningServer server;
    private static CodeFixture fixture;

    @TempDir
    Path work;

    private Project project;
    private Git git;
    private String url;

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
    void pushOnce() {
        project = fixture.project(
                fixture.root(), "u" + UUID.randomUUID().toString().substring(0, 8), false);
        url = fixture.url(project, fixture.root());
        git = Git.init(work.resolve("mine"));
        git.must("push", "-q", url, "main");
    }

    @Test
    void manyPushesEndInOnePackThatIsClonedRight() throws IOException {
        push(5);
        assertThat(packs()).hasSizeGreaterThanOrEqualTo(5);

        upkeep(EAGER).run(project.id());

        assertThat(packs()).hasSize(1);
        assertThat(files("objects/pack", ".bitmap")).hasSize(1);
        assertThat(files("objects/info", "commit-graph")).hasSize(1);
        Git.in(work).must("clone", "-q", url, "theirs");
        assertThat(Git.in(work.resolve("theirs")).head()).isEqualTo(git.head());
        Git.in(work.resolve("theirs")).must("fsck", "--full", "--strict");
        git.commit("after.txt", "after\n", "After");
        git.must("push", "-q", url, "main");
        Git.in(work.resolve("theirs")).must("pull", "-q");
        assertThat(Git.in(work.resolve("theirs")).head()).isEqualTo(git.head());
    }

    @Test
    void theCommitGraphKnowsWhichPathsACommitChanged() throws IOException {
        String one = git.commit("one.txt", "one\n", "One");
        String other = git.commit("dir/two.txt", "two\n", "Two");
        git.must("push", "-q", url, "main");
        push(5);

        upkeep(EAGER).run(project.id());

        try (Repository repository = open();
                RevWalk walk = new RevWalk(repository)) {
            RevCommit commit = walk.parseCommit(ObjectId.fromString(other));
            CommitGraph graph = walk.getObjectReader().getCommitGraph().orElseThrow();
            assertThat(new ChangedPath("one.txt")
                            .lastThatMayHaveChanged(walk, graph, commit)
                            .name())
                    .isEqualTo(one);
            for (ChangedPath path : List.of(
                    new ChangedPath("dir/two.txt"),
                    new ChangedPath("dir"),
                    new ChangedPath(""),
                    new ChangedPath("").with(List.of("dir", "one.txt")))) {
                assertThat(path.lastThatMayHaveChanged(walk, graph, commit)).isEqualTo(commit);
            }
            assertThat(new ChangedPath("")
                            .with(List.of("one.txt"))
                            .lastThatMayHaveChanged(walk, graph, commit)
                            .name())
                    .isEqualTo(one);
            assertThat(new ChangedPath("one.txt").lastThatMayHaveChanged(walk, CommitGraph.EMPTY, commit))
                    .isEqualTo(commit);
        }
    }

    /** Histories, last commits and blame are those of git, whether the commit graph helps or not. */
    @Test
    void whatTheGraphSkipsChangesNoAnswer() throws Exception {
        project = fixture.project(fixture.root(), "random", false);
        Git random = Git.init(work.resolve("random"));
        RandomHistory.write(random, 150, 4711);
        random.must("reset", "-q", "--hard", "main");
        random.must("push", "-q", fixture.url(project, fixture.root()), "main");

        assertAnswersAreThoseOfGit(random);
        upkeep(new Housekeeping(1, 3, 100_000, Duration.ZERO, GRACE)).run(project.id());
        assertThat(files("objects/info", "commit-graph")).hasSize(1);
        assertAnswersAreThoseOfGit(random);

        writeIndex();
        assertThat(indexed("dir1")).isPresent();
        assertThat(indexed("nothing")).isEmpty();
        assertAnswersAreThoseOfGit(random);
        // Its first commits are the same.
        RandomHistory.write(random, 210, 4711);
        random.must("reset", "-q", "--hard", "main");
        random.must("push", "-q", fixture.url(project, fixture.root()), "main:later");
        String indexed = indexed("").orElseThrow().commit().name();
        assertThat(random.must("rev-list", random.head()).lines()).contains(indexed);
        assertThat(indexed).isNotEqualTo(random.head());
        assertAnswersAreThoseOfGit(random);
    }

    @Test
    void damagedNotesOfLastCommitsAreMadeAnewAndHarmNobodyUntilThen() throws Exception {
        writeIndex();
        Path file = files("objects/info", "last-commits.zip").getFirst();
        for (byte[] damaged : List.of(new byte[0], "no ZIP file".getBytes(StandardCharsets.UTF_8))) {
            Files.write(file, damaged);
            assertThat(indexed("")).isEmpty();
            assertThat(new LastCommits(server.bean(Repositories.class))
                            .of(project.id(), git.head(), "", Duration.ofMinutes(1))
                            .complete())
                    .isTrue();
        }
        writeIndex();
        byte[] whole = Files.readAllBytes(file);
        // What is said of the root, which is the first member, after 31 bytes of its header.
        for (int at = 31; at < 51; at++) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 0x01;
            Files.write(file, bytes);
            assertThat(indexed("")).as("byte " + at).isEmpty();
        }
        String path = git.must("ls-files").lines().findFirst().orElseThrow();
        assertThat(new History(server.bean(Repositories.class))
                        .last(project.id(), git.head(), path, Duration.ofMinutes(1))
                        .map(Commit::sha))
                .contains(git.must("log", "-1", "--format=%H", "--", path).strip());
        Files.write(file.resolveSibling("last-commits.zip.tmp"), new byte[100]);
        writeIndex();
        assertThat(indexed("").orElseThrow().commit().name()).isEqualTo(git.head());
        assertThat(files("objects/info", ".tmp")).isEmpty();
    }

    private void writeIndex() throws IOException {
        try (Repository repository = open()) {
            LastCommitIndex.write(
                    repository, System.nanoTime() + Duration.ofMinutes(1).toNanos());
        }
    }

    private Optional<LastCommitIndex.Entry> indexed(String folder) throws IOException {
        try (Repository repository = open()) {
            return LastCommitIndex.read(repository, folder);
        }
    }

    private void assertAnswersAreThoseOfGit(Git random) {
        Repositories repositories = server.bean(Repositories.class);
        String head = random.head();
        LastCommits lastCommits = new LastCommits(repositories);
        History history = new History(repositories);
        List<String> files = random.must("ls-files").lines().toList();
        assertThat(files).hasSizeGreaterThan(4);
        for (String path : files) {
            assertThat(history.search(
                                    project.id(),
                                    History.Query.of(head).touching(path),
                                    History.Words.ANY,
                                    0,
                                    1000,
                                    Duration.ofMinutes(1))
                            .commits())
                    .as("history of " + path)
                    .extracting(Commit::sha)
                    .containsExactlyElementsOf(random.must("log", "--format=%H", "--", path)
                            .lines()
                            .toList());
            assertThat(new Blames(repositories)
                            .of(project.id(), head, path, Duration.ofMinutes(1))
                            .map(RepositoryUpkeepTest::shas))
                    .as("blame of " + path)
                    .contains(random.must("blame", "-l", "-s", "--root", head, "--", path)
                            .lines()
                            .map(line -> line.substring(0, 40))
                            .toList());
        }
        for (String folder : List.of("", "dir0", "dir1", "dir2")) {
            LastCommits.Found found = lastCommits.of(project.id(), head, folder, Duration.ofMinutes(1));
            assertThat(found.complete()).isTrue();
            found.byName().forEach((name, commit) -> {
                String path = folder.isEmpty() ? name : folder + "/" + name;
                assertThat(history.last(project.id(), head, path, Duration.ofMinutes(1)))
                        .as("last commit of " + path)
                        .contains(commit);
                assertThat(commit.sha())
                        .as("last commit of " + path)
                        .isEqualTo(random.must("log", "-1", "--format=%H", "--", path)
                                .strip());
            });
        }
    }

    private static List<String> shas(Blames.Blame blame) {
        assertThat(blame.complete()).isTrue();
        List<String> shas = new ArrayList<>();
        for (Blames.Part part : blame.parts()) {
            assertThat(part.first()).isEqualTo(shas.size());
            shas.addAll(Collections.nCopies(part.lines(), part.commit().sha()));
        }
        return shas;
    }

    @Test
    void whatNothingLeadsToSurvivesWhileItIsYoung() throws IOException {
        git.must("checkout", "-q", "-b", "side");
        String inPack = git.commit("side.txt", "side\n", "Side");
        git.must("push", "-q", url, "side");
        git.must("push", "-q", url, ":side");
        git.must("checkout", "-q", "main");
        ObjectId loose = strayBlob("young");
        push(5);

        upkeep(EAGER).run(project.id());

        try (Repository repository = open()) {
            assertThat(repository.getObjectDatabase().has(ObjectId.fromString(inPack)))
                    .isTrue();
            assertThat(repository.getObjectDatabase().has(loose)).isTrue();
        }
    }

    @Test
    void whatTheServerKeepsSurvivesHoweverOld() throws IOException {
        git.must("checkout", "-q", "-b", "side");
        String kept = git.commit("side.txt", "side\n", "Side");
        git.must("push", "-q", url, "side");
        server.bean(Repositories.class).keep(project.id(), "refs/pipelines/1", kept);
        git.must("push", "-q", url, ":side");
        git.must("checkout", "-q", "main");
        push(5);

        upkeep(EAGER).run(project.id());

        // One for branches and tags, one for the rest.
        assertThat(packs()).hasSize(2);
        assertThat(server.bean(Repositories.class).resolve(project.id(), kept)).contains(kept);
    }

    @Test
    void pushesGoOnWhileARepositoryIsPacked() throws Exception {
        push(5);
        Thread packing = Thread.ofPlatform().start(() -> upkeep(EAGER).run(project.id()));
        push(3);
        packing.join();

        Git.in(work).must("clone", "-q", url, "theirs");
        assertThat(Git.in(work.resolve("theirs")).head()).isEqualTo(git.head());
        Git.in(work.resolve("theirs")).must("fsck", "--full", "--strict");
    }

    @Test
    void aFewPacksAreLeftAsTheyAre() throws IOException {
        push(1);
        List<Path> before = packs();

        upkeep(EAGER).run(project.id());

        assertThat(packs()).isEqualTo(before);
    }

    @Test
    void aBigPackGetsABitmapWithoutWaitingForMorePacks() throws IOException {
        push(1);
        Housekeeping rules = new Housekeeping(5, 3, 100_000, Duration.ZERO, GRACE);

        upkeep(rules).run(project.id());

        assertThat(files("objects/pack", ".bitmap")).hasSize(1);
        try (Repository repository = open()) {
            assertThat(rules.due(repository, Instant.now())).isEmpty();
        }
    }

    @Test
    void aLargeRepositoryIsPackedByAProcessOfItsOwn() throws IOException {
        push(5);
        Housekeeping rules = new Housekeeping(5, 5_000, 3, Duration.ZERO, GRACE);

        try (Repository repository = open()) {
            assertThat(rules.run(repository, Instant.now()))
                    .isEqualTo(new Housekeeping.Outcome.Done(6, 1, 21, Housekeeping.By.OWN_PROCESS));
            assertThat(repository.resolve("main").name()).isEqualTo(git.head());
        }
        assertThat(files("objects/pack", ".bitmap")).hasSize(1);
        assertThat(files("objects/info", "commit-graph")).hasSize(1);
        Git.in(work).must("clone", "-q", url, "theirs");
        assertThat(Git.in(work.resolve("theirs")).head()).isEqualTo(git.head());
    }

    @Test
    void afterALargeRepositoryIsPackedItsLastCommitsAreKnown() throws IOException {
        push(5);

        upkeep(new Housekeeping(5, 5_000, 3, Duration.ZERO, GRACE)).run(project.id());

        LastCommitIndex.Entry root = indexed("").orElseThrow();
        assertThat(root.commit().name()).isEqualTo(git.head());
        assertThat(root.byName().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        git.must("ls-files").lines().toList());
        assertThat(files("objects/info", ".tmp")).isEmpty();
        push(2);
        writeIndex();
        LastCommitIndex.Entry later = indexed("").orElseThrow();
        assertThat(later.commit().name())
                .isEqualTo(git.head())
                .isNotEqualTo(root.commit().name());
        assertThat(later.byName()).isNotEqualTo(root.byName());
        later.byName()
                .forEach((name, sha) -> assertThat(sha)
                        .as(name)
                        .isEqualTo(
                                git.must("log", "-1", "--format=%H", "--", name).strip()));
    }

    @Test
    void aPackingProcessThatFailsSaysWhy() throws IOException {
        push(5);
        List<Path> before = packs();
        byte[] whole = Files.readAllBytes(before.getFirst());
        Files.write(before.getFirst(), new byte[40]);
        Housekeeping rules = new Housekeeping(5, 5_000, 3, Duration.ZERO, GRACE);

        try (Repository repository = open()) {
            assertThatThrownBy(() -> rules.run(repository, Instant.now()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("MB of heap failed")
                    .hasMessageContaining("xception");
        }
        assertThat(packs()).isEqualTo(before);
        // The search of this server goes on with it.
        Files.write(before.getFirst(), whole);
    }

    @Test
    void youngPacksStaySinceSomebodyMayBeReadingThem() throws IOException {
        push(5);
        List<Path> before = packs();

        upkeep(new Housekeeping(5, 5_000, 100_000, Duration.ofHours(1), GRACE)).run(project.id());

        assertThat(packs()).containsAll(before).hasSizeGreaterThan(before.size());
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void ofManyPushesOneUpkeepIsDueForEachSlot() {
        Repository repository = open();
        RepositoryUpkeep upkeep = upkeep(EAGER);
        Instant due = Instant.parse("2100-01-01T10:03:00Z");
        server.bean(Database.class).write(tx -> {
            upkeep.schedule(tx, project.id(), due);
            upkeep.schedule(tx, project.id(), due.plusSeconds(60));
            upkeep.schedule(tx, project.id(), due.plusSeconds(600));
            return 0;
        });
        repository.close();

        assertThat(waiting()).isEqualTo(2);
    }

    @Test
    void twentyPushesMakeItDue() {
        push(Housekeeping.USUAL.packs() - 2);
        assertThat(waiting()).isZero();
        push(2);
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void nobodyShortensTheGraceOfTwoWeeks() {
        assertThatThrownBy(() -> new Housekeeping(5, 5_000, 3, Duration.ZERO, Duration.ofDays(13)))
                .hasMessageContaining("14 days");
    }

    private void push(int commits) {
        for (int i = 0; i < commits; i++) {
            git.commit("file" + i + ".txt", UUID.randomUUID() + "\n", "Commit " + i);
            git.must("push", "-q", url, "main");
        }
    }

    private static RepositoryUpkeep upkeep(Housekeeping rules) {
        return new RepositoryUpkeep(
                server.bean(Database.class), server.bean(RepositoryFolders.class), Clock.systemUTC(), rules);
    }

    private int waiting() {
        return server.bean(Database.class)
                .read(sql -> sql.fetchOne(
                                "select count(*) from scheduled_tasks where task_name = 'code.repack-repository'"
                                        + " and task_instance like ?",
                                project.id() + "-%")
                        .get(0, Integer.class));
    }

    private ObjectId strayBlob(String content) throws IOException {
        try (Repository repository = open();
                ObjectInserter inserter = repository.newObjectInserter()) {
            ObjectId id = inserter.insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
            inserter.flush();
            return id;
        }
    }

    private Repository open() {
        return server.bean(RepositoryFolders.class).open(project.id(), "main");
    }

    private List<Path> packs() throws IOException {
        return files("objects/pack", ".pack");
    }

    private List<Path> files(String below, String ending) throws IOException {
        Path folder = server.bean(RepositoryFolders.class).folder(project.id()).resolve(below);
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }
}
