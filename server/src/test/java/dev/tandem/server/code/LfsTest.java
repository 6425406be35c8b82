package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.lfs.LfsObjects;
import dev.tandem.server.code.lfs.LfsPointer;
import dev.tandem.server.code.ssh.SshGit;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git-lfs over HTTP and SSH; objects that lie; who reaches what. */
class LfsTest {
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @TempDir
    static Path data;

    @TempDir
    static Path work;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static CodeFixture.Person mei;
    private static CodeFixture.Person rita;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/git-lfs")), "Git LFS is tested with: apt-get install git-lfs");
        server = RunningServer.start(data, "--ssh", "true", "--ssh-port", "0", "--max-lfs-object-megabytes", "3");
        fixture = new CodeFixture(server);
        mei = fixture.person("mei");
        rita = fixture.person("rita");
        keygen(key());
        String added = "{\"title\":\"k\",\"key\":\""
                + Files.readString(Path.of(key() + ".pub")).strip() + "\"}";
        assertThat(server.api("POST", "/user/keys", mei.token(), added).statusCode())
                .isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void whatIsPushedIsFetchedOverHttpAndShownAsWhatItIs() throws Exception {
        Project project = fixture.project(mei, "http", false);
        byte[] content = bytes(2_000_000, 1);
        Git git = withLargeFile("http", content);
        git.must("push", fixture.url(project, mei), "main");

        Git clone = clone(fixture.url(project, mei), "http-clone");
        assertThat(Files.readAllBytes(clone.folder().resolve("big.bin"))).isEqualTo(content);
        assertThat(server.bean(LfsObjects.class).has(project.id(), new LfsPointer(sha(content), content.length)))
                .isTrue();

        RunningServer.Browser root = server.browser();
        root.signIn("root", RunningServer.PASSWORD);
        assertThat(root.get("/" + project.fullPath() + "/-/blob/main/big.bin").body())
                .contains("Git LFS keeps this file: 2.00 MB", "Download the file");
        HttpResponse<String> raw = root.get("/" + project.fullPath() + "/-/raw/main/big.bin");
        assertThat(raw.headers().firstValue("Content-Length")).contains("2000000");
        assertThat(raw.headers().firstValue("Content-Disposition").orElse("")).startsWith("attachment");
        assertThat(root.get("/" + project.fullPath() + "/-/raw/main/big.bin?lfs=false")
                        .body())
                .startsWith("version https://git-lfs");
        String file = "/projects/" + project.id() + "/repository/files/big.bin/raw";
        assertThat(server.api("GET", file, mei.token(), null).body()).startsWith("version https://git-lfs");
        assertThat(server.api("GET", file + "?lfs=true", mei.token(), null)
                        .headers()
                        .firstValue("Content-Length"))
                .contains("2000000");

        server.bean(Projects.class).delete(mei.actor(), project);
        assertThat(server.bean(LfsObjects.class).has(project.id(), new LfsPointer(sha(content), content.length)))
                .isFalse();
        List<String> waiting = server.bean(Database.class)
                .read(sql -> sql.fetch("select task_name, task_instance from scheduled_tasks")
                        .map(row -> row.get(0) + " " + row.get(1)));
        assertThat(waiting).contains("code.remove-lfs-objects " + project.id() + "-0");
    }

    @Test
    void theSameOverSsh() throws Exception {
        Project project = fixture.project(mei, "ssh", false);
        String url =
                server.bean(SshGit.class).url(project.fullPath()).orElseThrow().replace("@localhost", "@127.0.0.1");
        byte[] content = bytes(1_000_000, 2);
        Git git = withLargeFile("ssh", content);
        git.must("config", "core.sshCommand", sshCommand());
        git.must("push", url, "main");

        Git.Outcome cloned = Git.in(work).run("-c", "core.sshCommand=" + sshCommand(), "clone", "-q", url, "ssh-clone");
        assertThat(cloned.ok()).as(cloned.output()).isTrue();
        Git clone = Git.in(work.resolve("ssh-clone"));
        clone.must("config", "core.sshCommand", sshCommand());
        clone.must("lfs", "install", "--local");
        clone.must("lfs", "pull");
        assertThat(Files.readAllBytes(clone.folder().resolve("big.bin"))).isEqualTo(content);
    }

    @Test
    void aDeployKeyFetchesToo() throws Exception {
        Project project = fixture.project(mei, "machine", false);
        byte[] content = bytes(10_000, 3);
        withLargeFile("machine", content).must("push", fixture.url(project, mei), "main");
        keygen(work.resolve("machine-key").toString());
        String added = "{\"title\":\"k\",\"key\":\""
                + Files.readString(work.resolve("machine-key.pub")).strip() + "\"}";
        assertThat(server.api("POST", "/projects/" + project.id() + "/deploy_keys", mei.token(), added)
                        .statusCode())
                .isEqualTo(201);
        String ssh = sshCommand().replace(key(), work.resolve("machine-key").toString());
        String url =
                server.bean(SshGit.class).url(project.fullPath()).orElseThrow().replace("@localhost", "@127.0.0.1");

        Git.in(work).must("-c", "core.sshCommand=" + ssh, "clone", "-q", url, "machine-clone");
        Git clone = Git.in(work.resolve("machine-clone"));
        clone.must("config", "core.sshCommand", ssh);
        clone.must("lfs", "install", "--local");
        clone.must("lfs", "pull");
        assertThat(Files.readAllBytes(clone.folder().resolve("big.bin"))).isEqualTo(content);
    }

    @Test
    void objectsThatLieAreRefusedAndNothingIsKept() throws IOException {
        Project project = fixture.project(mei, "lies", false);

        assertThat(put(project, HELLO, 5, "hellO").body()).contains("instead of " + HELLO);
        assertThat(put(project, HELLO, 9, "hello").statusCode()).isEqualTo(422);
        assertThat(put(project, HELLO, 3, "hello").statusCode()).isEqualTo(422);
        assertThat(put(project, HELLO, 4_000_000, "hello").statusCode()).isEqualTo(413);
        assertThat(stored(project)).isEmpty();
        assertThat(put(project, HELLO, 5, "hello").statusCode()).isEqualTo(200);
        assertThat(put(project, HELLO, 5, "hellO").statusCode()).isEqualTo(422);
        assertThat(get(project, mei, HELLO, 5).body()).isEqualTo("hello");
        assertThat(get(project, mei, HELLO, 4).statusCode()).isEqualTo(404);

        assertThat(batch(project, mei, "download", HELLO, 6).body()).contains("has 5 bytes");
        assertThat(batch(project, mei, "upload", "x".repeat(64), 6).body()).contains("This is no SHA-256");
        assertThat(batch(project, mei, "upload", "a".repeat(64), 4_000_000).body())
                .contains("larger than");
        assertThat(batch(project, mei, "download", "a".repeat(64), 6).body()).contains("\"code\":404");
        assertThat(batch(project, mei, "upload", HELLO, 5).body()).doesNotContain("actions");
        assertThat(batch(project, mei, "destroy", HELLO, 5).statusCode()).isEqualTo(422);
    }

    @Test
    void aProjectsObjectsAreForThoseWhoMayReadIt() {
        Project project = fixture.project(mei, "mine", false);
        Project other = fixture.project(rita, "hers", true);
        put(project, HELLO, 5, "hello");

        assertThat(get(project, rita, HELLO, 5).statusCode()).isEqualTo(404);
        assertThat(get(other, rita, HELLO, 5).statusCode()).isEqualTo(404);
        assertThat(batch(other, rita, "download", HELLO, 5).body()).contains("\"code\":404");
        assertThat(batch(project, rita, "download", HELLO, 5).statusCode()).isEqualTo(404);
        fixture.member(project, rita, Role.REPORTER);
        assertThat(get(project, rita, HELLO, 5).body()).isEqualTo("hello");
        assertThat(batch(project, rita, "upload", "a".repeat(64), 5).statusCode())
                .isEqualTo(403);
        assertThat(send(project, null, "objects/" + HELLO + "/5", "GET", "").statusCode())
                .isEqualTo(401);
        assertThat(send(other, null, "objects/" + HELLO + "/5", "GET", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aLockedFileIsChangedByNobodyElse() throws Exception {
        Project project = fixture.project(mei, "locked", false);
        fixture.member(project, rita, Role.MAINTAINER);
        Git git = withLargeFile("locked", bytes(1000, 4));
        git.must("remote", "add", "origin", fixture.url(project, mei));
        git.must("config", "lfs.locksverify", "true");
        git.must("push", "origin", "main");
        Git hers = clone(fixture.url(project, rita), "locked-clone");
        hers.must("config", "lfs.locksverify", "true");

        assertThat(git.must("lfs", "lock", "big.bin")).contains("Locked big.bin");
        assertThat(git.run("lfs", "lock", "big.bin").output()).contains("locked this file before");
        assertThat(hers.run("lfs", "lock", "big.bin").output()).contains("locked by mei");
        assertThat(hers.must("lfs", "locks")).contains("big.bin", "mei");

        Files.write(hers.folder().resolve("big.bin"), bytes(1000, 5));
        hers.must("commit", "-q", "-a", "-m", "Hers");
        assertThat(hers.run("push", "origin", "main").output()).contains("big.bin", "mei", "error: failed to push");
        hers.must("lfs", "push", "--object-id", "origin", sha(bytes(1000, 5)));
        assertThat(hers.run("push", "--no-verify", "origin", "main").output()).contains("'big.bin' is locked by mei");
        assertThat(commitOverApi(project, rita, "{\"action\":\"delete\",\"file_path\":\"big.bin\"}"))
                .contains("'big.bin' is locked by mei");
        assertThat(commitOverApi(
                        project,
                        rita,
                        "{\"action\":\"move\",\"file_path\":\"other.bin\",\"previous_path\":\"big.bin\"}"))
                .contains("'big.bin' is locked by mei");
        Files.write(git.folder().resolve("big.bin"), bytes(1000, 6));
        git.must("commit", "-q", "-a", "-m", "Mine");
        git.must("push", "origin", "main");

        assertThat(hers.run("lfs", "unlock", "big.bin").ok()).isFalse();
        assertThat(hers.must("lfs", "unlock", "--force", "big.bin")).contains("Unlocked big.bin");
        assertThat(git.must("lfs", "locks")).doesNotContain("big.bin");
        hers.must("pull", "-q", "--rebase", "-X", "theirs", "origin", "main");
        hers.must("push", "origin", "main");
    }

    @Test
    void locksOfADeletedUserAreGone() {
        Project project = fixture.project(mei, "orphans", false);
        CodeFixture.Person kim = fixture.person("kim");
        fixture.member(project, kim, Role.DEVELOPER);
        assertThat(send(project, kim, "locks", "POST", "{\"path\":\"a.bin\"}").statusCode())
                .isEqualTo(201);

        assertThat(server.api("DELETE", "/users/" + kim.user().id(), RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(204);

        Await.until(
                "the file can be locked by another",
                () -> send(project, mei, "locks", "POST", "{\"path\":\"a.bin\"}")
                                .statusCode()
                        == 201);
    }

    private static String commitOverApi(Project project, CodeFixture.Person person, String action) {
        String commit = "{\"branch\":\"main\",\"commit_message\":\"Over the API\",\"actions\":[" + action + "]}";
        return server.api("POST", "/projects/" + project.id() + "/repository/commits", person.token(), commit)
                .body();
    }

    @Test
    void locksAreForThoseWhoMayPushAndNamePossiblePaths() {
        Project project = fixture.project(mei, "lockers", false);
        String lock = "{\"path\":\"a.bin\"}";
        assertThat(send(project, rita, "locks", "POST", lock).statusCode()).isEqualTo(404);
        fixture.member(project, rita, Role.REPORTER);
        assertThat(send(project, rita, "locks", "POST", lock).statusCode()).isEqualTo(403);
        assertThat(send(project, rita, "locks/verify", "POST", "{}").statusCode())
                .isEqualTo(403);
        for (String path : new String[] {"", "/etc/passwd", "a//b", "a/", "a\\u0000b", "x".repeat(501)}) {
            assertThat(send(project, mei, "locks", "POST", "{\"path\":\"" + path + "\"}")
                            .statusCode())
                    .as(path)
                    .isEqualTo(422);
        }
        assertThat(send(project, mei, "locks", "POST", lock).statusCode()).isEqualTo(201);
        assertThat(send(project, mei, "locks", "POST", lock.replace("a.bin", "b.bin"))
                        .statusCode())
                .isEqualTo(201);
        assertThat(send(project, rita, "locks?path=a.bin", "GET", "").body())
                .contains("\"path\":\"a.bin\"", "\"name\":\"mei\"")
                .doesNotContain("b.bin");
        assertThat(send(project, rita, "locks?limit=1", "GET", "").body())
                .contains("a.bin", "next_cursor")
                .doesNotContain("b.bin");
        assertThat(send(project, mei, "locks/verify", "POST", "{\"limit\":1}").body())
                .contains("\"theirs\":[]", "a.bin", "next_cursor");
        assertThat(send(project, null, "locks", "GET", "").statusCode()).isEqualTo(401);
        assertThat(send(project, mei, "locks/999999/unlock", "POST", "{}").statusCode())
                .isEqualTo(404);
        assertThat(send(project, mei, "locks", "DELETE", "").statusCode()).isEqualTo(405);
    }

    private static Git withLargeFile(String name, byte[] content) throws IOException {
        Git git = Git.init(work.resolve(name));
        git.must("lfs", "install", "--local");
        git.must("lfs", "track", "*.bin");
        Files.write(git.folder().resolve("big.bin"), content);
        git.must("add", "-A");
        git.must("commit", "-q", "-m", "Large");
        return git;
    }

    private static Git clone(String url, String name) {
        Git.in(work).must("clone", "-q", url, name);
        Git clone = Git.in(work.resolve(name));
        clone.must("lfs", "install", "--local");
        clone.must("lfs", "pull");
        return clone;
    }

    private static List<Path> stored(Project project) throws IOException {
        Path folder = data.resolve("objects/lfs/" + project.id());
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static HttpResponse<String> put(Project project, String oid, long size, String content) {
        return send(project, mei, "objects/" + oid + "/" + size, "PUT", content);
    }

    private static HttpResponse<String> get(Project project, CodeFixture.Person person, String oid, long size) {
        return send(project, person, "objects/" + oid + "/" + size, "GET", "");
    }

    private static HttpResponse<String> batch(
            Project project, CodeFixture.Person person, String operation, String oid, long size) {
        return send(
                project,
                person,
                "objects/batch",
                "POST",
                "{\"operation\":\"" + operation + "\",\"objects\":[{\"oid\":\"" + oid + "\",\"size\":" + size + "}]}");
    }

    private static HttpResponse<String> send(
            Project project, CodeFixture.Person person, String rest, String method, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(fixture.url(project) + "/info/lfs/" + rest))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (person != null) {
            String basic = "any:" + person.token();
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void keygen(String file) throws Exception {
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)
                .redirectErrorStream(true)
                .start();
        assertThat(keygen.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private static String key() {
        return work.resolve("key").toString();
    }

    private static String sshCommand() {
        return "ssh -i " + key() + " -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"
                + " -o LogLevel=ERROR -F /dev/null";
    }

    private static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String sha(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
