package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.platform.access.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git program against a real server. */
class GitHttpTest {
    @TempDir
    static Path data;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static CodeFixture.Person mei;

    @TempDir
    Path work;

    private Project project;
    private Git git;
    private String url;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
        fixture = new CodeFixture(server);
        mei = fixture.person("mei");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void makeProject() {
        project = fixture.project(mei, "p" + UUID.randomUUID().toString().substring(0, 8), false);
        url = fixture.url(project, mei);
        git = Git.init(work.resolve("mine"));
    }

    @Test
    void whatWasPushedIsCloned() throws IOException {
        git.must("push", url, "main");

        Git.in(work).must("clone", "-q", url, "theirs");

        assertThat(work.resolve("theirs/README.md")).hasContent("hello\n");
        assertThat(fixture.intents(project)).containsExactly("refs/heads/main completed");
    }

    @Test
    void theFirstBranchBecomesTheProtectedDefaultBranch() {
        git.must("branch", "-m", "main", "trunk");
        git.must("push", url, "trunk");

        Project after = fixture.reread(project);
        assertThat(after.isEmpty()).isFalse();
        assertThat(after.defaultBranch()).isEqualTo("trunk");
        assertThat(server.bean(ProtectedBranches.class).isProtected(project.id(), "refs/heads/trunk"))
                .isTrue();
        assertThat(git.must("ls-remote", "--symref", url, "HEAD")).contains("ref: refs/heads/trunk\tHEAD");
    }

    @Test
    void aLaterCommitIsFetched() {
        git.must("push", url, "main");
        Git.in(work).must("clone", "-q", url, "theirs");
        String second = git.commit("b.txt", "b\n", "Second");
        git.must("push", url, "main");

        Git theirs = Git.in(work.resolve("theirs"));
        theirs.must("pull", "-q");

        assertThat(theirs.head()).isEqualTo(second);
    }

    @Test
    void aShallowCloneHasOneCommit() {
        git.commit("b.txt", "b\n", "Second");
        git.must("push", url, "main");

        Git.in(work).must("clone", "-q", "--depth", "1", url, "shallow");

        assertThat(Git.in(work.resolve("shallow"))
                        .must("rev-list", "--count", "HEAD")
                        .strip())
                .isEqualTo("1");
    }

    @Test
    void aPartialCloneFetchesFilesWhenTheyAreNeeded() {
        git.commit("b.txt", "b\n", "Second");
        git.commit("b.txt", "changed\n", "Third");
        git.must("push", url, "main");

        Git.in(work).must("clone", "-q", "--filter=blob:none", "--no-checkout", url, "partial");
        Git partial = Git.in(work.resolve("partial"));

        assertThat(partial.must("rev-list", "--objects", "--all", "--missing=print"))
                .contains("?");
        assertThat(partial.must("show", "HEAD~1:b.txt")).endsWith("b\n");
    }

    @Test
    void aCommitThatNoBranchLeadsToIsFetchedBySha() {
        git.must("push", url, "main");
        git.must("checkout", "-q", "-b", "side");
        String lost = git.commit("b.txt", "b\n", "Side");
        git.must("push", url, "side");
        git.must("push", url, ":side");

        Git other = Git.in(work.resolve("other"));
        other.must("init", "-q");
        other.must("fetch", "-q", "--depth", "1", url, lost);

        assertThat(other.must("rev-parse", "FETCH_HEAD").strip()).isEqualTo(lost);
    }

    @Test
    void bothVersionsOfTheProtocolAreSpoken() {
        git.must("push", url, "main");

        assertThat(git.must("-c", "protocol.version=0", "ls-remote", url)).contains("refs/heads/main");
        assertThat(git.must("-c", "protocol.version=2", "ls-remote", url)).contains("refs/heads/main");
    }

    @Test
    void anAddressWithoutDotGitLeadsToTheOneWithIt() {
        git.must("push", url, "main");

        assertThat(git.must("ls-remote", url.substring(0, url.length() - 4))).contains("refs/heads/main");
    }

    @Test
    void passwordAndTokenOpenWrongOnesAndNoneDoNot() {
        Project ofRoot = fixture.project(
                fixture.root(), "r" + UUID.randomUUID().toString().substring(0, 8), false);

        assertThat(git.run("ls-remote", fixture.url(ofRoot, "root", RunningServer.PASSWORD))
                        .ok())
                .isTrue();
        assertThat(git.run("ls-remote", fixture.url(ofRoot, "root", "wrong")).output())
                .contains("Authentication failed");
        assertThat(git.run("ls-remote", fixture.url(ofRoot)).ok()).isFalse();
        assertThat(git.run("ls-remote", fixture.url(ofRoot, mei)).output()).contains("not found");
    }

    @Test
    void wrongCredentialsNeverPassOnAPublicProject() {
        Project open = fixture.project(mei, "o" + UUID.randomUUID().toString().substring(0, 8), true);
        git.must("push", fixture.url(open, mei), "main");

        assertThat(git.run("ls-remote", fixture.url(open)).ok()).isTrue();
        // Without being asked git sends no credentials, so the header is forced.
        assertThat(git.run(
                                "-c",
                                "http.extraHeader=Authorization: Basic bm9ib2R5Ondyb25n",
                                "ls-remote",
                                fixture.url(open))
                        .ok())
                .isFalse();
        assertThat(git.run("push", fixture.url(open), "main:other").ok()).isFalse();
    }

    @Test
    void aReporterFetchesButDoesNotPush() {
        git.must("push", url, "main");
        CodeFixture.Person reporter = fixture.person("rep" + project.id());
        fixture.member(project, reporter, Role.REPORTER);

        assertThat(git.run("ls-remote", fixture.url(project, reporter)).ok()).isTrue();
        Git.Outcome refused = git.run("push", fixture.url(project, reporter), "main:other");
        assertThat(refused.ok()).isFalse();
        assertThat(refused.output()).contains("needs the role developer");
    }

    @Test
    void aDeveloperPushesBranchesButNotTheProtectedOne() {
        git.must("push", url, "main");
        CodeFixture.Person developer = fixture.person("dev" + project.id());
        fixture.member(project, developer, Role.DEVELOPER);
        git.commit("b.txt", "b\n", "Second");

        Git.Outcome refused = git.run("push", fixture.url(project, developer), "main");
        assertThat(refused.ok()).isFalse();
        assertThat(refused.output()).contains("branch 'main' is protected", "needs the role maintainer");
        assertThat(git.run("push", fixture.url(project, developer), "main:feature/x")
                        .ok())
                .isTrue();
        assertThat(fixture.intents(project))
                .containsExactly("refs/heads/main completed", "refs/heads/feature/x completed");
    }

    @Test
    void theProtectedBranchLosesNoHistoryAndStays() {
        git.commit("b.txt", "b\n", "Second");
        git.must("push", url, "main");
        git.must("reset", "-q", "--hard", "HEAD~1");
        git.commit("c.txt", "c\n", "Other");

        assertThat(git.run("push", "--force", url, "main").output()).contains("protected against force-push");
        assertThat(git.run("push", url, ":main").output()).contains("default branch and cannot be deleted");
    }

    @Test
    void refsOfTheServerAreNeitherPushedNorSeen() {
        git.must("push", url, "main");
        server.bean(Repositories.class).keep(project.id(), "refs/pipelines/12", git.head());

        assertThat(git.must("ls-remote", url)).doesNotContain("refs/pipelines");
        assertThat(git.run("push", url, "main:refs/pipelines/13").output()).contains("kept by the server");
        assertThat(git.run("push", url, ":refs/pipelines/12").ok()).isFalse();
    }

    /** What comes as a difference is put together in memory; what comes whole is streamed. */
    @Test
    void aLargeFileIsTakenWholeAndNotAsADifference() throws Exception {
        Path file = git.folder().resolve("large.bin");
        // Zeros, which git packs in a moment; it is the unpacked size that counts.
        Files.write(file, new byte[53 * 1024 * 1024]);
        git.must("add", "-A");
        git.must("commit", "-q", "-m", "Large");
        git.must("push", "-q", url, "HEAD:refs/heads/large");
        Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
        git.must("commit", "-q", "-a", "-m", "Larger");

        Git.Outcome refused = git.run("push", url, "HEAD:refs/heads/large");
        assertThat(refused.ok()).isFalse();
        assertThat(refused.output()).contains("Object too large");
        git.must("-c", "core.bigFileThreshold=50m", "push", "-q", url, "HEAD:refs/heads/large");
    }

    @Test
    void notesAndTagsPass() {
        git.must("tag", "-a", "v1", "-m", "one");
        git.must("notes", "add", "-m", "note");

        assertThat(git.run("push", url, "main", "v1", "refs/notes/commits").ok())
                .isTrue();
    }

    @Test
    void garbageInsteadOfAPackMovesNothing() throws Exception {
        git.must("push", url, "main");
        String head = git.head();
        String command = head + " " + "1".repeat(40) + " refs/heads/main\0 report-status";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write("%04x%s0000".formatted(command.length() + 4, command).getBytes(StandardCharsets.US_ASCII));
        body.write("PACK but nothing that follows is one".getBytes(StandardCharsets.US_ASCII));

        HttpResponse<String> answer = post(body.toByteArray());

        assertThat(answer.body()).contains("unpack error");
        assertThat(git.must("ls-remote", url, "refs/heads/main")).startsWith(head);
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aPushThatBreaksOffMovesNothingAndTheServerStaysUp() throws Exception {
        git.must("push", url, "main");
        String head = git.head();
        URI uri = server.uri();
        String command = head + " " + "1".repeat(40) + " refs/heads/main\0 report-status";
        try (java.net.Socket socket = new java.net.Socket(uri.getHost(), uri.getPort())) {
            String request = "POST /" + project.fullPath() + ".git/git-receive-pack HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: " + authorization() + "\r\n"
                    + "Content-Type: application/x-git-receive-pack-request\r\nContent-Length: 1000000\r\n\r\n"
                    + "%04x%s0000".formatted(command.length() + 4, command) + "PACK\0\0\0\2\0\0\0\5";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        assertThat(git.must("ls-remote", url, "refs/heads/main")).startsWith(head);
        assertThat(fixture.intents(project)).containsExactly("refs/heads/main completed");
    }

    @Test
    void ofTwoPushesAtOnceOneWinsAndTheOtherIsToldToFetch() throws Exception {
        git.must("push", url, "main");
        List<Git> rivals = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Git.in(work).must("clone", "-q", url, "rival" + i);
            Git rival = Git.in(work.resolve("rival" + i));
            rival.commit("rival.txt", "rival " + i, "Rival " + i);
            rivals.add(rival);
        }
        List<Process> pushes = new ArrayList<>();
        for (Git rival : rivals) {
            pushes.add(rival.start("push", url, "main"));
        }
        int won = 0;
        for (Process push : pushes) {
            String output = new String(push.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (push.waitFor() == 0) {
                won++;
            } else {
                assertThat(output)
                        .containsAnyOf(
                                "fetch first", "invalid old id sent", "failed to update ref", "failed to lock", "lock");
            }
        }

        assertThat(won).isEqualTo(1);
        assertThat(fixture.intents(project)).noneMatch(intent -> intent.endsWith("open"));
    }

    @Test
    void twoBranchesPushedAtOnceBothArrive() throws Exception {
        git.must("push", url, "main");
        Process one = git.start("push", url, "main:one");
        Process two = git.start("push", url, "main:two");

        assertThat(one.waitFor()).isZero();
        assertThat(two.waitFor()).isZero();
        assertThat(git.must("ls-remote", url)).contains("refs/heads/one", "refs/heads/two");
    }

    private HttpResponse<String> post(byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        server.uri().resolve("/" + project.fullPath() + ".git/git-receive-pack"))
                .header("Authorization", authorization())
                .header("Content-Type", "application/x-git-receive-pack-request")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String authorization() {
        return "Basic "
                + Base64.getEncoder().encodeToString(("any:" + mei.token()).getBytes(StandardCharsets.US_ASCII));
    }

    private List<Path> leftovers() throws IOException {
        try (var files = Files.walk(data.resolve("repositories/" + project.id() + ".git/objects"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("incoming"))
                    .toList();
        }
    }
}
