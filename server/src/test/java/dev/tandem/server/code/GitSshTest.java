package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.code.ssh.SshGit;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git and ssh programs against a real server. */
class GitSshTest {
    @TempDir
    static Path data;

    @TempDir
    static Path keys;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static CodeFixture.Person mei;
    private static CodeFixture.Person tom;

    @TempDir
    Path work;

    private Project project;
    private String url;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/ssh")),
                "git over SSH is tested with: apt-get install openssh-client");
        server = RunningServer.start(data, "--ssh", "true", "--ssh-port", "0");
        fixture = new CodeFixture(server);
        mei = fixture.person("mei");
        tom = fixture.person("tom");
        for (String type : new String[] {"ed25519", "ecdsa", "rsa"}) {
            keygen(type, type, type.equals("rsa") ? "2048" : type.equals("ecdsa") ? "256" : "256");
            assertThat(add(mei, Files.readString(keys.resolve(type + ".pub")))).isEqualTo(201);
        }
        keygen("tom", "ed25519", "256");
        assertThat(add(tom, Files.readString(keys.resolve("tom.pub")))).isEqualTo(201);
        keygen("stranger", "ed25519", "256");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeProject() {
        project = fixture.project(mei, "p" + UUID.randomUUID().toString().substring(0, 8), false);
        url = server.bean(SshGit.class).url(project.fullPath()).orElseThrow().replace("@localhost", "@127.0.0.1");
    }

    @Test
    void eachKindOfKeyPushesAndClones() throws IOException {
        int pushed = 0;
        for (String type : new String[] {"ed25519", "ecdsa", "rsa"}) {
            Git git = Git.init(work.resolve("mine-" + type));
            String branch = "by-" + type;
            assertThat(as(git, type, "push", url, "main:" + branch).output()).contains(branch);
            assertThat(as(Git.in(work), type, "clone", "-q", "-b", branch, url, "theirs-" + type)
                            .ok())
                    .isTrue();
            assertThat(work.resolve("theirs-" + type + "/README.md")).hasContent("hello\n");
            pushed++;
        }
        assertThat(fixture.intents(project)).hasSize(pushed).allMatch(intent -> intent.endsWith(" completed"));
    }

    @Test
    void aDeployKeyReadsItsProjectAndPushesWhereItMay() throws Exception {
        Git git = Git.init(work.resolve("mine"));
        as(git, "ed25519", "push", url, "main");
        Project other = fixture.project(mei, "other" + project.id(), false);
        String otherUrl = url.replace(project.fullPath(), other.fullPath());
        keygen("machine" + project.id(), "ed25519", "256");
        String machine = "machine" + project.id();
        String keysPath = "/projects/" + project.id() + "/deploy_keys";
        String pub = Files.readString(keys.resolve(machine + ".pub"));
        var added = server.sendForm(
                "POST", "/api/v4" + keysPath, mei.token(), "title=ci&can_push=false&key=" + encoded(pub));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        assertThat(added.body()).contains("\"title\":\"ci\"", "\"can_push\":false", "ssh-ed25519 ");
        String id = added.body().replaceAll("^\\{\"id\":(\\d+).*", "$1");

        assertThat(as(git, machine, "ls-remote", url).output()).contains("refs/heads/main");
        assertThat(as(git, machine, "ls-remote", otherUrl).output()).contains("There is no such project");
        assertThat(as(git, machine, "push", url, "main:by-machine").output()).contains("This deploy key reads only.");
        assertThat(ssh(machine).output()).contains("Hello deploy key");
        assertThat(server.api("PUT", keysPath + "/" + id, RunningServer.TOKEN, "{\"can_push\":true}")
                        .body())
                .contains("by whoever added the key alone");
        assertThat(server.api("PUT", keysPath + "/" + id, mei.token(), "{\"can_push\":true}")
                        .body())
                .contains("\"can_push\":true");
        assertThat(as(git, machine, "push", url, "main:by-machine").ok()).isTrue();
        git.must("commit", "-q", "--amend", "-m", "Another past");
        assertThat(as(git, machine, "push", "--force", url, "main").ok()).isFalse();

        assertThat(server.sendForm(
                                "POST",
                                "/api/v4" + keysPath,
                                mei.token(),
                                "title=t&key=" + encoded(Files.readString(keys.resolve("tom.pub"))))
                        .body())
                .contains("has already been taken");
        assertThat(server.api("GET", keysPath, mei.token(), null).body()).contains("\"last_used_at\":\"");
        assertThat(server.api("DELETE", keysPath + "/" + id, mei.token(), null).statusCode())
                .isEqualTo(204);
        assertThat(as(git, machine, "ls-remote", url).output()).contains("Permission denied (publickey)");
    }

    @Test
    void pushOptionsArrive() {
        Git git = Git.init(work.resolve("mine"));

        Git.Outcome pushed = as(git, "ed25519", "push", "-o", "ci.skip", "-o", "ci.variable=A=b c", url, "main");

        assertThat(pushed.ok()).as(pushed.output()).isTrue();
        assertThat(server.bean(Database.class)
                        .read(sql -> sql.fetchValue(
                                "select push_options from push_intents where project_id = ?", project.id()))
                        .toString())
                .contains("ci.skip", "ci.variable=A=b c");
    }

    @Test
    void strangersAndPasswordsAreRefused() {
        assertThat(as(Git.in(work), "stranger", "ls-remote", url).output()).contains("Permission denied (publickey)");
        assertThat(as(Git.in(work), "ed25519", "ls-remote", url.replace("git@", "root@"))
                        .output())
                .contains("Permission denied (publickey)");
    }

    @Test
    void whoMayNotSeeAProjectIsToldThatThereIsNone() {
        assertThat(as(Git.in(work), "tom", "ls-remote", url).output()).contains("There is no such project");
        assertThat(as(Git.in(work), "tom", "ls-remote", url.replace(project.path(), "nothing"))
                        .output())
                .contains("There is no such project");
    }

    @Test
    void aReporterReadsAndDoesNotPush() {
        Git git = Git.init(work.resolve("mine"));
        as(git, "ed25519", "push", url, "main");
        fixture.member(project, tom, Role.REPORTER);

        assertThat(as(git, "tom", "ls-remote", url).output()).contains("refs/heads/main");
        Git.Outcome push = as(git, "tom", "push", url, "main:other");
        assertThat(push.ok()).isFalse();
        assertThat(fixture.intents(project)).hasSize(1);
    }

    @Test
    void theDefaultBranchIsProtectedHereToo() {
        Git git = Git.init(work.resolve("mine"));
        as(git, "ed25519", "push", url, "main");
        git.must("commit", "-q", "--amend", "-m", "Another past");

        assertThat(as(git, "ed25519", "push", "--force", url, "main").ok()).isFalse();
    }

    @Test
    void thereIsNoShellAndNothingButGit() throws Exception {
        assertThat(ssh("ed25519").output()).contains("Hello mei");
        assertThat(ssh("ed25519", "cat /etc/passwd").output())
                .contains("Only git's clone, fetch and push")
                .doesNotContain("root:");
        assertThat(ssh("ed25519", "git-upload-pack '../../etc'").output()).contains("There is no such project");
        assertThat(ssh("ed25519", "git-upload-pack '" + project.fullPath() + "'; id")
                        .output())
                .contains("Only git's clone, fetch and push")
                .doesNotContain("uid=");
    }

    @Test
    void aDeletedKeyOpensNothing() throws Exception {
        keygen("short-lived", "ed25519", "256");
        assertThat(add(mei, Files.readString(keys.resolve("short-lived.pub")))).isEqualTo(201);
        assertThat(as(Git.in(work), "short-lived", "ls-remote", url).ok()).isTrue();
        String id =
                server.api("GET", "/user/keys", mei.token(), null).body().replaceAll("^\\[\\{\"id\":(\\d+).*", "$1");

        assertThat(server.api("DELETE", "/user/keys/" + id, mei.token(), null).statusCode())
                .isEqualTo(204);

        assertThat(as(Git.in(work), "short-lived", "ls-remote", url).output())
                .contains("Permission denied (publickey)");
    }

    @Test
    void badKeysAreRefusedWithTheReason() throws Exception {
        assertThat(body(mei, Files.readString(keys.resolve("ed25519")))).contains("private key");
        assertThat(body(mei, "hello")).contains("key is invalid");
        assertThat(body(mei, "ssh-ed25519 AAAA")).contains("key is invalid");
        assertThat(body(tom, Files.readString(keys.resolve("ed25519.pub")))).contains("already been taken");
        keygen("weak", "rsa", "1024");
        assertThat(body(mei, Files.readString(keys.resolve("weak.pub")))).contains("too weak");
    }

    private static int add(CodeFixture.Person person, String key) {
        return server.sendForm("POST", "/api/v4/user/keys", person.token(), "title=t&key=" + encoded(key))
                .statusCode();
    }

    private static String body(CodeFixture.Person person, String key) {
        return server.sendForm("POST", "/api/v4/user/keys", person.token(), "title=t&key=" + encoded(key))
                .body();
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static void keygen(String name, String type, String bits) throws Exception {
        Process process = new ProcessBuilder(
                        "ssh-keygen",
                        "-q",
                        "-t",
                        type,
                        "-b",
                        bits,
                        "-N",
                        "",
                        "-C",
                        name,
                        "-f",
                        keys.resolve(name).toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private static Git.Outcome as(Git git, String key, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "-c";
        all[1] = "core.sshCommand=ssh " + String.join(" ", options(key));
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return git.run(all);
    }

    private static String[] options(String key) {
        return new String[] {
            "-F",
            "/dev/null",
            "-o",
            "BatchMode=yes",
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "LogLevel=ERROR",
            "-i",
            keys.resolve(key).toString()
        };
    }

    private static Git.Outcome ssh(String key, String... command) throws Exception {
        java.util.List<String> all = new java.util.ArrayList<>(java.util.List.of("ssh"));
        all.addAll(java.util.List.of(options(key)));
        String address = server.bean(SshGit.class).url("x/y").orElseThrow();
        String port = address.replaceAll(".*:(\\d+)/.*", "$1");
        all.addAll(java.util.List.of("-p", port, "git@127.0.0.1"));
        all.addAll(java.util.List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Git.Outcome(process.waitFor(), output);
    }
}
