package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.code.MarkedProject;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.identity.MarkedGroup;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.access.Role;
import dev.tandem.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects and groups that were deleted and can be brought back for seven days. */
class MarkedForDeletionTest {
    private static final String ROOT = RunningServer.TOKEN;

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static RunningServer.Browser browser;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder, "--deletion-delay-days", "7");
        browser = build.server().browser();
        browser.signIn("root", RunningServer.PASSWORD);
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void aDeletedProjectIsHiddenAndStillUntilItsOwnerBringsItBack() {
        Repo repo = build.project("undone", "a: {script: [echo]}\n");
        String developer = build.person("dev-of-undone", repo, Optional.of(Role.DEVELOPER));
        long pipeline = build.awaitPipeline(repo, 0).id();
        String there = "/projects/" + repo.id();

        HttpResponse<String> deleted = browser.post("/root/undone/-/settings", "/root/undone/-/settings/delete");
        assertThat(deleted.headers().firstValue("Location")).contains("/root/undone");

        assertThat(api("GET", there, developer).statusCode()).isEqualTo(404);
        assertThat(api("GET", "/projects?search=undone", ROOT).body()).isEqualTo("[]");
        assertThat(api("GET", there, ROOT).body()).contains("\"marked_for_deletion_on\":\"" + today());
        assertThat(api("PUT", there + "?description=x", ROOT).statusCode()).isEqualTo(403);
        assertThat(mayPush(repo)).isFalse();
        assertThat(api("POST", there + "/pipeline?ref=main", ROOT).statusCode()).isEqualTo(403);
        Await.until(
                "its jobs are canceled",
                () -> api("GET", there + "/pipelines/" + pipeline, ROOT).body().contains("\"status\":\"canceled\""));
        assertThat(browser.get("/root/undone").body()).contains("Deleted by root", "/-/settings/restore");
        assertThat(browser.get("/-/marked").body()).contains("/root/undone");
        assertThat(Duration.between(Instant.now(), dueAt("code.delete-marked-project", repo.id() + "-%")))
                .isBetween(Duration.ofDays(6), Duration.ofDays(7));

        HttpResponse<String> restored = browser.post("/root/undone", "/root/undone/-/settings/restore");
        assertThat(restored.statusCode()).isEqualTo(302);
        assertThat(api("GET", there, developer).statusCode()).isEqualTo(200);
        assertThat(mayPush(repo)).isTrue();
        assertThat(api("POST", there + "/restore", ROOT).statusCode()).isEqualTo(400);
    }

    @Test
    void theTaskDeletesOnlyWhatHasTheMarkOfItsTime() {
        Repo repo = build.project("forgotten", "a: {script: [echo], when: manual}\n");
        String there = "/projects/" + repo.id();
        assertThat(api("DELETE", there, ROOT).statusCode()).isEqualTo(202);
        Instant first = project(repo).orElseThrow().mark().orElseThrow().at();
        assertThat(api("POST", there + "/restore", ROOT).statusCode()).isEqualTo(201);

        run("deleteMarkedProject", new MarkedProject(repo.id(), first));
        assertThat(project(repo)).isPresent();

        assertThat(api("DELETE", there, ROOT).statusCode()).isEqualTo(202);
        run("deleteMarkedProject", new MarkedProject(repo.id(), first.minusMillis(1)));
        assertThat(project(repo)).isPresent();
        run(
                "deleteMarkedProject",
                new MarkedProject(
                        repo.id(),
                        project(repo).orElseThrow().mark().orElseThrow().at()));
        assertThat(project(repo)).isEmpty();
        assertThat(api("GET", there, ROOT).statusCode()).isEqualTo(404);
    }

    @Test
    void forGoodAtOnceNeedsTheWholeName() {
        Repo repo = build.project("at-once", "a: {script: [echo], when: manual}\n");
        String there = "/projects/" + repo.id();
        String now = there + "?permanently_remove=true&full_path=root/at-once";

        assertThat(api("DELETE", now, ROOT).statusCode()).isEqualTo(400);
        assertThat(api("DELETE", there, ROOT).statusCode()).isEqualTo(202);
        assertThat(api("DELETE", there + "?permanently_remove=true&full_path=root/other", ROOT)
                        .statusCode())
                .isEqualTo(400);
        assertThat(api("DELETE", now, ROOT).statusCode()).isEqualTo(202);
        assertThat(project(repo)).isEmpty();
    }

    @Test
    void aGroupGoesAndComesBackWithAllThatIsInIt() {
        long top = group("lost", 0);
        group("inner", top);
        Repo repo = build.project("lost/inner", "svc", "a: {script: [echo], when: manual}\n");
        Repo alone = build.project("lost", "alone", "a: {script: [echo], when: manual}\n");
        assertThat(api("DELETE", "/projects/" + alone.id(), ROOT).statusCode()).isEqualTo(202);

        assertThat(api("DELETE", "/groups/lost", ROOT).statusCode()).isEqualTo(202);

        assertThat(api("GET", "/groups?search=lost", ROOT).body()).isEqualTo("[]");
        assertThat(api("GET", "/groups/lost", ROOT).body()).contains("\"marked_for_deletion_on\":\"" + today());
        assertThat(api("PUT", "/groups/lost?name=x", ROOT).statusCode()).isEqualTo(403);
        assertThat(mayPush(repo)).isFalse();
        assertThat(api("POST", "/projects?name=more&namespace_id=" + top, ROOT).statusCode())
                .isEqualTo(400);
        HttpResponse<String> part = api("POST", "/projects/" + repo.id() + "/restore", ROOT);
        assertThat(part.statusCode()).isEqualTo(400);
        assertThat(part.body()).contains("with group " + top);
        assertThat(api("POST", "/groups/lost%2Finner/restore", ROOT).statusCode())
                .isEqualTo(400);
        assertThat(browser.get("/lost/inner/svc").body()).contains("Restore that one.");
        assertThat(browser.get("/lost").body()).contains("/groups/lost/-/edit/restore");

        assertThat(api("POST", "/groups/lost/restore", ROOT).statusCode()).isEqualTo(201);
        assertThat(mayPush(repo)).isTrue();
        // What was deleted by itself stays so.
        assertThat(project(alone).orElseThrow().mark()).isPresent();

        assertThat(api("DELETE", "/groups/lost", ROOT).statusCode()).isEqualTo(202);
        Namespace marked = build.server().bean(Namespaces.class).find(top).orElseThrow();
        run(
                "deleteMarkedGroup",
                new MarkedGroup(top, marked.mark().orElseThrow().at()));
        assertThat(List.of(project(repo), project(alone))).allMatch(Optional::isEmpty);
        assertThat(build.server().bean(Namespaces.class).find(top)).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static <T> void run(String task, T data) {
        ((DurableTask<T>) build.server().beans(DurableTask.class).get(task))
                .work()
                .accept(data);
    }

    private static Instant dueAt(String task, String instance) {
        return build.server()
                .bean(Database.class)
                .read(sql -> sql.fetchSingle(
                                "select execution_time from scheduled_tasks where task_name = ? and task_instance like ?",
                                task,
                                instance)
                        .get(0, java.sql.Timestamp.class))
                .toInstant();
    }

    private static Optional<Project> project(Repo repo) {
        return build.server().bean(Projects.class).find(repo.id());
    }

    private static long group(String path, long parent) {
        String query = "?name=" + path + "&path=" + path + (parent == 0 ? "" : "&parent_id=" + parent);
        assertThat(api("POST", "/groups" + query, ROOT).statusCode()).isEqualTo(201);
        return build.server()
                .bean(Namespaces.class)
                .findByPath(parent == 0 ? path : "lost/" + path)
                .orElseThrow()
                .id();
    }

    private static boolean mayPush(Repo repo) {
        String basic = Base64.getEncoder().encodeToString(("any:" + ROOT).getBytes(StandardCharsets.UTF_8));
        return build.server()
                        .send(
                                "GET",
                                "/" + repo.path() + ".git/info/refs?service=git-receive-pack",
                                "Authorization",
                                "Basic " + basic)
                        .statusCode()
                == 200;
    }

    private static String today() {
        return Instant.now().toString().substring(0, 10);
    }

    private static HttpResponse<String> api(String method, String path, String token) {
        return build.server().api(method, path, token, null);
    }
}
