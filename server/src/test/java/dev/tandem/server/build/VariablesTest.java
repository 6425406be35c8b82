package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.tables.Tables;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** CI/CD variables of projects, of groups and of the installation: who sees which value, and which one a job gets. */
class VariablesTest {
    private static final String ALL = "/admin/ci/variables";

    @TempDir
    static Path folder;

    private static BuildServer build;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @AfterEach
    void leaveNothing() {
        build.cancelAll();
    }

    @Test
    void theMostSpecialVariableThatCoversTheJobWins() {
        Repo repo = build.project("scopes", "stop: {script: [echo], when: manual}\n");
        String base = "/projects/" + repo.id() + "/variables";
        created(ALL, "{\"key\":\"WHO\",\"value\":\"installation\"}");
        created(ALL, "{\"key\":\"EVERYWHERE\",\"value\":\"installation\"}");
        created(base, "{\"key\":\"WHO\",\"value\":\"exact\",\"environment_scope\":\"review/a\"}");
        created(base, "{\"key\":\"WHO\",\"value\":\"project\"}");
        created(base, "{\"key\":\"WHO\",\"value\":\"pattern\",\"environment_scope\":\"review/*\"}");
        created(base, "{\"key\":\"WHO\",\"value\":\"any slash\",\"environment_scope\":\"*/*\"}");
        repo.write(".gitlab-ci.yml", """
                plain: {script: [echo]}
                exact: {script: [echo], environment: review/a}
                pattern: {script: [echo], environment: review/b}
                other: {script: [echo], environment: stage/b}
                """);

        repo.push("jobs");

        ScriptedRunner runner = build.runner();
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Given job = runner.takeAndStart();
            seen.add(job.payload().get("job_info").get("name").asString() + ": " + value(job, "WHO") + ", "
                    + value(job, "EVERYWHERE"));
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "plain: project, installation",
                        "exact: exact, installation",
                        "pattern: pattern, installation",
                        "other: any slash, installation");
        deleted(ALL + "/WHO");
        deleted(ALL + "/EVERYWHERE");
    }

    @Test
    void theNearestGroupWinsOverFartherOnesAndTheProjectOverAll() {
        created("/groups", "{\"name\":\"far\",\"path\":\"far\"}");
        long far = build.server()
                .bean(Namespaces.class)
                .findByPath("far")
                .orElseThrow()
                .id();
        created("/groups", "{\"name\":\"near\",\"path\":\"near\",\"parent_id\":" + far + "}");
        Repo repo = build.project("far/near", "grouped", "stop: {script: [echo], when: manual}\n");
        created(ALL, "{\"key\":\"WHO\",\"value\":\"installation\"}");
        created(ALL, "{\"key\":\"BY_FAR\",\"value\":\"installation\"}");
        created("/groups/far/variables", "{\"key\":\"BY_FAR\",\"value\":\"far\"}");
        created("/groups/far/variables", "{\"key\":\"BY_NEAR\",\"value\":\"far\",\"environment_scope\":\"live\"}");
        created("/groups/far%2Fnear/variables", "{\"key\":\"BY_NEAR\",\"value\":\"near\"}");
        created("/groups/far%2Fnear/variables", "{\"key\":\"WHO\",\"value\":\"near\"}");
        created("/projects/" + repo.id() + "/variables", "{\"key\":\"WHO\",\"value\":\"project\"}");
        assertThat(refused("/groups/far/variables", "\"key\":\"BY_FAR\",\"value\":\"again\""))
                .contains("already been taken");
        repo.write(".gitlab-ci.yml", "a: {script: [echo], environment: live}\n");

        repo.push("jobs");

        Given job = build.runner().takeAndStart();
        assertThat(List.of(value(job, "WHO"), value(job, "BY_NEAR"), value(job, "BY_FAR")))
                .containsExactly("project", "near", "far");
        assertThat(List.of(
                        value(job, "CI_PROJECT_PATH"),
                        value(job, "CI_PROJECT_NAMESPACE"),
                        value(job, "CI_PROJECT_NAMESPACE_SLUG"),
                        value(job, "CI_PROJECT_ROOT_NAMESPACE")))
                .containsExactly("far/near/grouped", "far/near", "far-near", "far");
        assertThat(api("GET", "/groups/far%2Fnear", null).body())
                .contains("\"id\":" + value(job, "CI_PROJECT_NAMESPACE_ID") + ",");
        RunningServer.Browser root = browser();
        String page = "/groups/far/near/-/settings/variables";
        assertThat(root.post(page, page + "/delete", "key", "BY_NEAR", "scope", "*")
                        .statusCode())
                .isEqualTo(302);
        assertThat(root.get(page).body()).contains("key=WHO").doesNotContain("key=BY_NEAR");
        assertThat(root.get(page + "/edit?key=WHO").body()).contains("near");
        deleted(ALL + "/WHO");
        deleted(ALL + "/BY_FAR");
        // They go with their group.
        assertThat(api("DELETE", "/groups/far", null).statusCode()).isEqualTo(202);
    }

    @Test
    void aHiddenValueIsShownToNobodyButReachesItsJobs() {
        Repo repo = build.project("hides", "a: {script: [echo], when: manual}\n");
        String base = "/projects/" + repo.id() + "/variables";
        String answer = created(base, "{\"key\":\"TOKEN\",\"value\":\"open-sesame\",\"masked_and_hidden\":true}");

        assertThat(answer).contains("\"hidden\":true", "\"masked\":true", "\"value\":null");
        assertThat(api("GET", base + "/TOKEN", null).body()).doesNotContain("open-sesame");
        assertThat(api("PUT", base + "/TOKEN", "{\"masked\":false}").body()).contains("cannot be changed");
        assertThat(api("PUT", base + "/TOKEN", "{\"description\":\"of the door\"}")
                        .statusCode())
                .isEqualTo(200);
        RunningServer.Browser root = browser();
        String page = "/root/hides/-/settings/variables";
        String edit = page + "/edit?key=TOKEN&scope=*";
        assertThat(root.get(edit).body())
                .contains("it is not shown", "of the door")
                .doesNotContain("open-sesame");
        assertThat(root.post(edit, page + "/edit", "key", "TOKEN", "scope", "*", "value", "", "description", "gate")
                        .statusCode())
                .isEqualTo(302);
        assertThat(root.get(page).body()).contains("hidden", "gate", "root</span>");

        repo.write(".gitlab-ci.yml", "b: {script: [echo]}\n");
        repo.push("use it");

        Given job = build.runner().takeAndStart();
        assertThat(value(job, "TOKEN")).isEqualTo("open-sesame");
        List<String> sealed = build.server()
                .bean(Database.class)
                .read(sql -> sql.select(Tables.CI_VARIABLES.SEALED_VALUE)
                        .from(Tables.CI_VARIABLES)
                        .fetch(Tables.CI_VARIABLES.SEALED_VALUE));
        assertThat(sealed).isNotEmpty().noneMatch(text -> text.contains("open-sesame"));
    }

    @Test
    void whatCannotBeMaskedOrStoredIsRefusedWithTheReason() {
        Repo repo = build.project("refuses", "a: {script: [echo], when: manual}\n");
        String base = "/projects/" + repo.id() + "/variables";
        created(base, "{\"key\":\"LONG_ENOUGH\",\"value\":\"v\"}");

        assertThat(refused(base, "\"key\":\"A\",\"value\":\"short\",\"masked\":true"))
                .contains("at least 8 characters");
        assertThat(refused(base, "\"key\":\"A\",\"value\":\"two words here\",\"masked\":true"))
                .contains("without spaces");
        assertThat(refused(base, "\"key\":\"A\",\"value\":\"$HOME/and-more\",\"masked\":true"))
                .contains("unless it is raw");
        assertThat(refused(base, "\"key\":\"A\",\"value\":\"LONG_ENOUGH\",\"masked\":true"))
                .contains("name of a variable");
        assertThat(refused(base, "\"key\":\"A\",\"value\":\"v\",\"environment_scope\":\"a;b\""))
                .contains("environment_scope");
        assertThat(refused(base, "\"key\":\"A\",\"value\":\"v\",\"environment_scope\":\"" + "x".repeat(256) + "\""))
                .contains("environment_scope");
        assertThat(refused(base, "\"key\":\"A\",\"value\":\"v\",\"description\":\"" + "x".repeat(256) + "\""))
                .contains("description");
        assertThat(refused(base, "\"key\":\"A\",\"value\":\"v\",\"variable_type\":\"folder\""))
                .contains("variable_type");
        assertThat(refused(base, "\"key\":\"LONG_ENOUGH\",\"value\":\"v\"")).contains("already been taken");
        assertThat(api("GET", base, null).body()).doesNotContain("\"key\":\"A\"");
    }

    @Test
    void theFilterSaysWhichOfSeveralIsMeant() {
        Repo repo = build.project("filters", "a: {script: [echo], when: manual}\n");
        String base = "/projects/" + repo.id() + "/variables";
        created(base, "{\"key\":\"K\",\"value\":\"one\"}");
        assertThat(api("GET", base + "/K", null).body()).contains("\"one\"");
        created(base, "{\"key\":\"K\",\"value\":\"two\",\"environment_scope\":\"stage\"}");

        assertThat(api("GET", base + "/K", null).statusCode()).isEqualTo(409);
        assertThat(api("DELETE", base + "/K", null).statusCode()).isEqualTo(409);
        String stage = base + "/K?filter%5Benvironment_scope%5D=stage";
        assertThat(api("GET", stage, null).body()).contains("\"two\"");
        assertThat(api("PUT", stage, "{\"environment_scope\":\"*\"}").body()).contains("already been taken");
        assertThat(api("PUT", stage, "{\"environment_scope\":\"live\"}").body())
                .contains("\"environment_scope\":\"live\"", "\"two\"");
        assertThat(api("GET", stage, null).statusCode()).isEqualTo(404);
        assertThat(api(
                                "DELETE",
                                base
                                        + "/K?filter[environment_scope]=live"
                                                .replace("[", "%5B")
                                                .replace("]", "%5D"),
                                null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(api("GET", base + "/K", null).body()).contains("\"one\"");
    }

    @Test
    void administratorsKeepThoseOfTheInstallationOnAPageAndTheAuditLogTellsWhatChanged() {
        RunningServer.Browser root = browser();
        String page = "/-/admin/variables";
        assertThat(root.get("/").body()).contains("href=\"" + page + "\"");
        root.post(page, page, "key", "PROXY", "value", "http://proxy-one", "raw", "true");
        String edit = page + "/edit?key=PROXY";
        assertThat(root.get(edit, "Accept-Language", "zh-CN").body()).contains("http://proxy-one", "所有项目的变量");

        root.post(edit, page + "/edit", "key", "PROXY", "value", "http://proxy-two", "protected", "true");

        assertThat(api("GET", ALL + "/PROXY", null).body())
                .contains("http://proxy-two", "\"protected\":true", "\"raw\":false")
                .doesNotContain("environment_scope");
        root.post(page, page + "/delete", "key", "PROXY");
        assertThat(api("GET", ALL + "/PROXY", null).statusCode()).isEqualTo(404);
        assertThat(root.get("/-/admin/audit?action=variable.&target=installation")
                        .body())
                .contains(
                        "variable.create", "PROXY: value, protected false → true, raw true → false", "variable.delete")
                .doesNotContain("proxy-one", "proxy-two");
    }

    private static RunningServer.Browser browser() {
        RunningServer.Browser root = build.server().browser();
        root.signIn("root", RunningServer.PASSWORD);
        return root;
    }

    private static String value(Given job, String key) {
        String found = "";
        for (JsonNode variable : job.payload().get("variables")) {
            found = variable.get("key").asString().equals(key)
                    ? variable.get("value").asString()
                    : found;
        }
        return found;
    }

    private static String created(String path, String json) {
        HttpResponse<String> answer = api("POST", path, json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.body();
    }

    private static void deleted(String path) {
        assertThat(api("DELETE", path, null).statusCode()).isEqualTo(204);
    }

    private static String refused(String path, String fields) {
        HttpResponse<String> answer = api("POST", path, "{" + fields + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return answer.body();
    }

    private static HttpResponse<String> api(
            String method, String path, @org.jspecify.annotations.Nullable String json) {
        return build.server().api(method, path, RunningServer.TOKEN, json);
    }
}
