package dev.tandem.server.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tandem.server.RunningServer;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Database;
import dev.tandem.testkit.Await;
import dev.tandem.testkit.StaticGit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories from elsewhere; here the server is its own elsewhere, which its administrator allows. */
class ImportTest {
    @TempDir
    static Path data;

    @TempDir
    static Path work;

    private static RunningServer server;
    private static CodeFixture fixture;
    private static CodeFixture.Person mei;
    private static Project source;
    private static String head;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data, "--outgoing-allow", "127.0.0.1");
        fixture = new CodeFixture(server);
        mei = fixture.person("mei");
        source = fixture.project(mei, "source", false);
        Git git = Git.init(work.resolve("source"));
        git.must("checkout", "-q", "-b", "trunk");
        head = git.commit("a.txt", "imported words\n", "Trunk");
        git.must("tag", "v1");
        git.must("push", "-q", fixture.url(source, mei), "trunk", "v1");
        git.must("push", "-q", fixture.url(source, mei), "main");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void branchesAndTagsComeAndNoSecretStays() {
        long id = create("copy", fixture.url(source, mei));
        assertThat(ended(id)).contains("\"import_status\":\"finished\"");

        Project copy = server.bean(Projects.class).find(id).orElseThrow();
        assertThat(copy.defaultBranch()).isEqualTo("trunk");
        assertThat(copy.isEmpty()).isFalse();
        assertThat(server.bean(Repositories.class).resolve(id, "v1")).contains(head);
        assertThat(server.bean(Repositories.class).resolve(id, "refs/heads/main"))
                .isPresent();
        assertThat(server.bean(ProtectedBranches.class).list(id)).hasSize(1);
        assertThat(fixture.intents(copy)).isEmpty();
        Await.until(
                "it is searched",
                () -> server.api("GET", "/projects/" + id + "/search?scope=blobs&search=imported", mei.token(), null)
                        .body()
                        .contains("a.txt"));
        assertThat(server.bean(Database.class)
                        .read(sql -> sql.fetchValue("select url from project_imports where project_id = ?", id))
                        .toString())
                .isEqualTo(fixture.url(source))
                .doesNotContain(mei.token());
    }

    @Test
    void nothingIsSeenUntilAllIsThereAndNothingStaysOfWhatFailed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Git.in(work.resolve("source")).must("update-server-info");
        try (StaticGit slow = new StaticGit(work.resolve("source/.git"), () -> {
            asked.countDown();
            answer.await();
            return false;
        })) {
            long id = create("half", slow.url().toString());
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.bean(Repositories.class).resolve(id, "refs/heads/trunk"))
                    .isEmpty();
            answer.countDown();

            assertThat(ended(id)).contains("\"import_status\":\"failed\"");
            assertThat(refs(id)).isEmpty();
            assertThat(server.bean(Projects.class).find(id).orElseThrow().isEmpty())
                    .isTrue();
        }
    }

    /** Where a process dies after the refs came and before the database knows, the next one goes on from there. */
    @Test
    void whatWasBroughtWholeIsNotBroughtAgain() throws IOException {
        Project project = fixture.project(mei, "stopped", false);
        Pushes pushes = server.bean(Pushes.class);
        Database database = server.bean(Database.class);
        database.write(tx -> tx.sql()
                .execute("create trigger stop_here before update on projects when new.id = " + project.id()
                        + " begin select raise(abort, 'stopped'); end"));
        Pushes.Bringing bringing = repository -> {
            Git.in(repository.getDirectory().toPath())
                    .must(
                            "fetch",
                            "-q",
                            "--no-tags",
                            work.resolve("source").toString(),
                            "+refs/heads/*:" + StagedRefs.PREFIX + "heads/*");
            return Optional.of("trunk");
        };
        assertThatThrownBy(() -> pushes.adopt(project, bringing)).hasMessageContaining("stopped");
        database.write(tx -> tx.sql().execute("drop trigger stop_here"));

        pushes.adopt(project, repository -> {
            throw new AssertionError("it was there");
        });

        assertThat(server.bean(Projects.class).find(project.id()).orElseThrow().defaultBranch())
                .isEqualTo("trunk");
        assertThat(refs(project.id())).containsExactlyInAnyOrder("refs/heads/main", "refs/heads/trunk");
    }

    private static List<String> refs(long project) {
        Path folder = server.bean(RepositoryFolders.class).folder(project);
        return Git.in(folder)
                .must("for-each-ref", "--format=%(refname)")
                .lines()
                .filter(line -> line.startsWith("refs/"))
                .toList();
    }

    @Test
    void withoutTheRightCredentialsItSaysSo() {
        assertThat(ended(create("no-credentials", fixture.url(source))))
                .contains("\"import_status\":\"failed\"", "wants credentials");
    }

    @Test
    void innerAddressesAreRefusedAlsoBehindARedirect() throws IOException {
        assertThat(ended(create("inner", "http://10.1.2.3/x.git")))
                .contains("\"import_status\":\"failed\"", "inside of this server's own network");
        HttpServer redirecting = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        redirecting.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Location", "http://169.254.169.254" + exchange.getRequestURI());
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        redirecting.start();
        try {
            String url = "http://127.0.0.1:" + redirecting.getAddress().getPort() + "/x.git";
            assertThat(ended(create("redirected", url))).contains("inside of this server's own network");
        } finally {
            redirecting.stop(0);
        }
    }

    @Test
    void whatIsNoAddressIsRefusedAtOnce() {
        for (String url :
                new String[] {"file:///etc", "ssh://git@host/x", "git://host/x", "/etc", "ext::sh -c id", "http:///x"
                }) {
            HttpResponse<String> answer =
                    server.api("POST", "/projects", mei.token(), "{\"name\":\"bad\",\"import_url\":\"" + url + "\"}");
            assertThat(answer.statusCode()).as(url).isEqualTo(400);
            assertThat(answer.body()).contains("import_url");
        }
    }

    private static long create(String name, String url) {
        HttpResponse<String> answer = server.api(
                "POST", "/projects", mei.token(), "{\"name\":\"" + name + "\",\"import_url\":\"" + url + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Long.parseLong(answer.body().replaceAll("^\\{\"id\":(\\d+).*", "$1"));
    }

    private static String ended(long id) {
        return Await.value(
                "the import is over",
                () -> java.util.Optional.of(server.api("GET", "/projects/" + id + "/import", mei.token(), null)
                                .body())
                        .filter(body -> body.contains("finished") || body.contains("failed")));
    }
}
