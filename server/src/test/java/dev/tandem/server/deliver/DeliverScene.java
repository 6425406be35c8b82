package dev.tandem.server.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.agent.protocol.ServiceSpec;
import dev.tandem.host.Archives;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.build.JobFinished;
import dev.tandem.server.code.NewProject;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.deliver.DeliverServer.Reply;
import dev.tandem.server.deliver.FakeAgent.Behaviour;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserCreation;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A project with three commits on a real server, and a fake agent that behaves as each test says. */
@ExtendWith(DeliverScene.Shared.class)
abstract class DeliverScene {
    static final FakeBuild BUILD = new FakeBuild();
    static final Map<String, Behaviour> BEHAVIOURS = FakeAgent.behaviours();
    static final AtomicLong JOBS = new AtomicLong();

    static Path data;
    static DeliverServer server;
    static FakeAgent agent;
    static Agents.Registered registered;
    static User root;

    @TempDir
    Path folder;

    Project shop;
    String first;
    String second;
    String third;
    long lastJob;

    /** Starts it all before the first test that needs it, and stops it after the last one. */
    static final class Shared implements BeforeAllCallback, AutoCloseable {
        @Override
        public void beforeAll(ExtensionContext context) {
            context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Shared.class, key -> begun(), Shared.class);
        }

        private static Shared begun() {
            try {
                data = Files.createTempDirectory("deliver");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server = new DeliverServer(data, BUILD);
            root = server.bean(Users.class).find("root").orElseThrow();
            registered = server.bean(Agents.class).register("test");
            agent = new FakeAgent(server.uri, registered.token(), BEHAVIOURS);
            return new Shared();
        }

        @Override
        public void close() throws Exception {
            agent.close();
            server.close();
            try (Stream<Path> all = Files.walk(data)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    @BeforeEach
    void project() throws Exception {
        shop = create("shop" + JOBS.incrementAndGet());
        pushThreeCommits();
    }

    static Project create(String name) {
        server.bean(Projects.class)
                .create(
                        new Actor.Person(root, TokenScope.all()),
                        root,
                        new NewProject("root", name, name, "", false, "main"));
        return server.bean(Projects.class).findByPath("root/" + name).orElseThrow();
    }

    /** What the agent should run of this test's project. */
    ServiceSpec service() {
        String key = server.bean(Environments.class)
                .find(shop.id(), "production")
                .orElseThrow()
                .serviceKey();
        return agent.desired().services().stream()
                .filter(service -> service.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    record Ran(int status, String output) {}

    Ran shell(Path script, String jobToken, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 2];
        command[0] = "sh";
        command[1] = script.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return run(
                Map.of(
                        "CI_SERVER_URL",
                        server.uri.toString(),
                        "CI_JOB_TOKEN",
                        jobToken,
                        "CI_PROJECT_ID",
                        "" + shop.id()),
                command);
    }

    static Ran run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), output);
    }

    void rollBack() {
        Reply reply = server.post(DeliverServer.ROOT_TOKEN, tandem("/rollbacks"), Map.of("environment", "production"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        assertThat(end(reply.json().path("id").asLong()).path("phase").asString())
                .isEqualTo("success");
    }

    JsonNode deploy(String sha, String bundle) {
        return end(request(sha, bundle));
    }

    long request(String sha, String bundle) {
        Reply reply = ask(job(sha, "production"), bundle, Map.of());
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.json().path("id").asLong();
    }

    /** Begins to bring a bundle into an environment. */
    long into(String environment, String sha, String bundle) {
        Reply reply = server.post(
                job(sha, environment),
                tandem("/rollouts"),
                Map.of("environment", environment, "bundle", bundle, "progress_deadline_seconds", 5));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.json().path("id").asLong();
    }

    /** As if somebody had cleaned up in the data folder. */
    void forgetBytes(String bundle) throws IOException {
        Database database = server.bean(Database.class);
        ReleaseBundle known = database.read(sql -> new BundleStore(sql).find(shop.id(), bundle))
                .orElseThrow();
        String key =
                database.read(sql -> new BundleStore(sql).objectKey(known.id())).orElseThrow();
        server.bean(ObjectStore.class).delete(key);
    }

    Reply ask(String token, String bundle, Map<String, Object> more) {
        Map<String, Object> parameters = new LinkedHashMap<>(
                Map.of("environment", "production", "bundle", bundle, "progress_deadline_seconds", 5));
        parameters.putAll(more);
        return server.post(token, tandem("/rollouts"), parameters);
    }

    JsonNode end(long rollout) {
        return Await.value(
                "the end of rollout " + rollout,
                () -> Optional.of(rollout(rollout))
                        .filter(json -> json.path("over").asBoolean()));
    }

    JsonNode rollout(long id) {
        return server.get(DeliverServer.ROOT_TOKEN, tandem("/rollouts/" + id)).json();
    }

    String phase(long id) {
        return rollout(id).path("phase").asString();
    }

    String messages(long rollout) {
        return server.get(DeliverServer.ROOT_TOKEN, tandem("/rollouts/" + rollout + "/progress?format=text"))
                .text();
    }

    String serving() {
        return server.get(DeliverServer.ROOT_TOKEN, tandem("/environments"))
                .json()
                .get(0)
                .path("sha")
                .asString();
    }

    Optional<DeploymentStatus> statusOf(String environment) {
        return server
                .bean(Deployments.class)
                .list(shop.id(), DeploymentFilter.NEWEST_FIRST.of(environment), 0, 1)
                .stream()
                .findFirst()
                .map(Deployment::status);
    }

    void finish(long job, JobStatus status, boolean byUser) {
        BUILD.end(job, status);
        publish(new JobFinished(job, shop.id(), job * 10, status, null, "production", byUser));
    }

    void publish(dev.tandem.server.platform.DomainEvent event) {
        server.bean(Database.class).write(tx -> {
            tx.publish(event);
            return true;
        });
    }

    String job(String sha, String environment) {
        lastJob = JOBS.incrementAndGet();
        return BUILD.run(lastJob, shop.id(), sha, environment, root.id());
    }

    String bundle(String content) throws Exception {
        return upload(job(first, "production"), content);
    }

    String upload(String token, String content) throws Exception {
        byte[] bytes = pack(content);
        Reply reply = server.put(token, tandem("/bundles/" + sha256(bytes)), bytes);
        assertThat(reply.status()).as(reply.text()).isIn(200, 201);
        return sha256(bytes);
    }

    byte[] pack(String content) throws IOException {
        Path app = Files.createTempDirectory(folder, "app");
        Files.writeString(app.resolve("Procfile"), "web: ./" + content + "\n");
        Files.writeString(app.resolve("test"), shop.path());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Archives.packTarGz(app, Archives.tree(app), bytes);
        return bytes.toByteArray();
    }

    String refusal(byte[] bytes) throws Exception {
        Reply reply = server.put(job(first, "production"), tandem("/bundles/" + sha256(bytes)), bytes);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        return reply.json().path("message").asString();
    }

    static byte[] tar(String name, byte type, String link) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            entry.setLinkName(link);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** @return a token of a new user with this role; null for no member */
    String member(String username, Role role) {
        UserCreation created = server.bean(Database.class)
                .write(tx ->
                        server.bean(Users.class).create(tx, username, username, username + "@example.test", false));
        assertThat(created).isNotNull();
        User user = server.bean(Users.class).find(username).orElseThrow();
        return server.bean(Database.class).write(tx -> {
            if (role != null) {
                server.bean(Members.class).add(tx, new MemberSource.OfProject(shop.id()), user.id(), role);
            }
            return server.bean(PersonalTokens.class)
                    .create(tx, user.id(), "test", Set.of(TokenScope.API), Optional.empty())
                    .secret();
        });
    }

    private void pushThreeCommits() throws Exception {
        Path copy = Files.createDirectories(folder.resolve("copy"));
        Map<String, String> environment = Map.of(
                "GIT_AUTHOR_NAME",
                "Mei",
                "GIT_AUTHOR_EMAIL",
                "mei@example.test",
                "GIT_COMMITTER_NAME",
                "Mei",
                "GIT_COMMITTER_EMAIL",
                "mei@example.test");
        String remote = server.uri.toString().replace("http://", "http://root:" + DeliverServer.ROOT_TOKEN + "@")
                + "/root/" + shop.path() + ".git";
        Ran ran = run(
                environment,
                "sh",
                "-ec",
                "cd '" + copy
                        + "'; git init -q -b main; for i in 1 2 3; do echo $i > f; git add f; git commit -qm \"c$i\";"
                        + " git rev-parse HEAD >> ../shas; done; git push -q '" + remote + "' main");
        assertThat(ran.status()).as(ran.output()).isZero();
        List<String> shas = Files.readAllLines(folder.resolve("shas"));
        first = shas.get(0);
        second = shas.get(1);
        third = shas.get(2);
    }

    String tandem(String rest) {
        return "/api/tandem/v1/projects/" + shop.id() + rest;
    }

    String api4(String rest) {
        return "/api/v4/projects/root%2F" + shop.path() + rest;
    }
}
