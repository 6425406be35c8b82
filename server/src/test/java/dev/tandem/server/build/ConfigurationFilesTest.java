package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.PersonalTokens;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.UserCreation;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Role;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Configurations that take files from elsewhere, and the checks of them: page and REST resource. */
class ConfigurationFilesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static RunningServer.Browser browser;

    @BeforeAll
    static void start() throws IOException {
        Path templates = Files.createDirectories(folder.resolve("templates/Jobs"));
        Files.writeString(templates.resolve("Build.gitlab-ci.yml"), "from-template: {script: [echo]}\n");
        Files.writeString(folder.resolve("secret.gitlab-ci.yml"), "leaked: {script: [echo]}\n");
        Files.createSymbolicLink(folder.resolve("templates/Out.gitlab-ci.yml"), folder.resolve("secret.gitlab-ci.yml"));
        build = BuildServer.start(
                folder, "--ci-templates", folder.resolve("templates").toString());
        browser = build.server().browser();
        browser.signIn("root", RunningServer.PASSWORD);
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void filesOfTheProjectOfOthersAndOfTemplatesMakeOnePipeline() {
        Repo shared = build.project("shared", "x: {script: [echo]}\n");
        shared.write("ci/jobs.yml", "include: ci/more.yml\nfrom-project: {script: [echo]}\n");
        shared.write("ci/more.yml", "from-its-include: {script: [echo]}\n");
        shared.write(
                "templates/lint.yml",
                "spec: {inputs: {name: {default: x}}}\n---\n\"$[[ inputs.name ]]\": {script: [echo]}\n");
        shared.push("files");
        for (String tag : new String[] {"v1.9.0", "v1.10.0", "v2.0.0-rc1"}) {
            shared.git("tag", tag);
            shared.pushTag(tag);
        }
        Repo repo = build.project("including", """
                include:
                  - local: ci/*.yml
                  - {project: root/shared, file: ci/jobs.yml}
                  - {template: Jobs/Build.gitlab-ci.yml}
                  - {component: $CI_SERVER_FQDN/root/shared/lint@~latest, inputs: {name: newest}}
                  - {component: $CI_SERVER_FQDN/root/shared/lint@1, inputs: {name: range}}
                """);
        repo.write("ci/one.yml", "one: {script: [echo]}\n");
        repo.write("ci/two.yml", "two: {script: [echo]}\n");
        long first = build.awaitPipeline(repo, 0).id();
        repo.push("files");

        PipelineRecord pipeline = build.awaitPipeline(repo, first);

        assertThat(pipeline.problems()).isEmpty();
        assertThat(build.jobs(pipeline.id()))
                .extracting(JobRecord::name)
                .containsExactlyInAnyOrder(
                        "one", "two", "from-project", "from-its-include", "from-template", "newest", "range");
    }

    @Test
    void aFileThatIsMissingFailsThePipelineAndSaysWhereAndWhy() {
        Repo repo = build.project("missing", """
                include:
                  - {project: root/nowhere, file: a.yml}
                  - {template: Out.gitlab-ci.yml}
                  - {component: elsewhere.example/a/b/c@1}
                a: {script: [echo]}
                """);

        PipelineRecord pipeline = build.awaitPipeline(repo, 0);

        assertThat(pipeline.status()).isEqualTo(JobStatus.FAILED);
        assertThat(pipeline.problems())
                .extracting(problem -> problem.oneLine())
                .containsExactly(
                        ".gitlab-ci.yml:2:15: the project 'root/nowhere' does not exist here, or root may not read it",
                        ".gitlab-ci.yml:3:16: the template 'Out.gitlab-ci.yml' does not exist in this server's folder of templates",
                        ".gitlab-ci.yml:4:17: the component 'elsewhere.example/a/b/c@1' is on another server; components come from localhost:"
                                + build.server().uri().getPort() + " only");
    }

    @Test
    void aPersonIncludesOnlyWhatThatPersonMayRead() {
        Repo hidden = build.project("hidden", "secret-job: {script: [echo]}\n");
        Repo open = build.project("open", "a: {script: [echo]}\n");
        String token = developer("mei", open);
        String content = "include: {project: root/hidden, file: .gitlab-ci.yml}\nb: {script: [echo]}\n";

        JsonNode refused = lint(open, token, Map.of("content", content));
        assertThat(refused.get("valid").asBoolean()).isFalse();
        assertThat(refused.toString()).contains("mei may not read it").doesNotContain("secret-job");
        JsonNode allowed = lint(open, RunningServer.TOKEN, Map.of("content", content));
        assertThat(allowed.get("valid").asBoolean()).isTrue();
        assertThat(build.server()
                        .api("POST", "/projects/" + hidden.id() + "/ci/lint", token, "{\"content\":\"\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void theCheckAnswersAsGitLabDoes() {
        Repo repo = build.project("lint", "include: more.yml\nunit: {script: [make test], tags: [linux]}\n");
        repo.write("more.yml", "again: {script: [echo], rules: [{if: $CI_COMMIT_TAG}]}\n");
        repo.push("more");

        JsonNode ofFile = JSON.readTree(build.server()
                .api("GET", "/projects/" + repo.id() + "/ci/lint?include_jobs=true", RunningServer.TOKEN, null)
                .body());
        assertThat(ofFile.get("valid").asBoolean()).isTrue();
        assertThat(ofFile.get("errors")).isEmpty();
        assertThat(ofFile.get("merged_yaml").asString())
                .startsWith("---\nagain:\n")
                .contains("unit:\n  script:\n  - make test\n");
        assertThat(ofFile.get("includes").get(0).get("type").asString()).isEqualTo("local");
        assertThat(ofFile.get("includes").get(0).get("location").asString()).isEqualTo("more.yml");
        assertThat(ofFile.get("jobs")).hasSize(2);
        assertThat(ofFile.get("jobs").get(1).toString())
                .isEqualTo("{\"name\":\"unit\",\"stage\":\"test\",\"before_script\":[],\"script\":[\"make test\"],"
                        + "\"after_script\":[],\"tag_list\":[\"linux\"],\"only\":null,\"except\":null,\"environment\":null,"
                        + "\"when\":\"on_success\",\"allow_failure\":false,\"needs\":null}");

        JsonNode dry = JSON.readTree(build.server()
                .api(
                        "GET",
                        "/projects/" + repo.id() + "/ci/lint?include_jobs=true&dry_run=true",
                        RunningServer.TOKEN,
                        null)
                .body());
        assertThat(dry.get("jobs")).hasSize(1);

        JsonNode wrong = lint(repo, RunningServer.TOKEN, Map.of("content", "unit:\n  scirpt: [x]\n"));
        assertThat(wrong.get("valid").asBoolean()).isFalse();
        assertThat(wrong.get("errors").toString()).contains(".gitlab-ci.yml:2:3", "scirpt");
        assertThat(wrong.get("merged_yaml").isNull()).isTrue();
        assertThat(wrong.has("jobs")).isFalse();
        String large = "{\"content\":\"#" + "x".repeat(1024 * 1024) + "\"}";
        assertThat(build.server()
                        .api("POST", "/projects/" + repo.id() + "/ci/lint", RunningServer.TOKEN, large)
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void thePageShowsTheLineWithACaretAndTheWholeConfiguration() {
        build.project("page", "include: {template: Jobs/Build.gitlab-ci.yml}\na: {script: [echo]}\n");
        String page = "/root/page/-/ci/lint";

        assertThat(browser.get(page).body()).contains("The configuration is valid. It has 2 jobs.", "from-template:");
        HttpResponse<String> checked = browser.post(page, page, "content", "a:\n  script: [<b>]\n  scirpt: 1\n");
        assertThat(checked.statusCode()).isEqualTo(200);
        assertThat(checked.body())
                .contains("3 |   scirpt: 1\n  |   ^", "#unknown-key", "A push would make a failed pipeline")
                .doesNotContain("<b>]");
        assertThat(browser.get(page + "?ref=nothing").body()).contains("There is no such branch, tag or commit");
        assertThat(browser.get("/-/help/pipeline/diagnostics").body()).contains("id=\"unknown-key\"");
    }

    private static JsonNode lint(Repo repo, String token, Map<String, String> body) {
        return JSON.readTree(build.server()
                .api("POST", "/projects/" + repo.id() + "/ci/lint", token, JSON.writeValueAsString(body))
                .body());
    }

    private static String developer(String name, Repo repo) {
        Database database = build.server().bean(Database.class);
        return database.write(tx -> {
            UserCreation made = build.server().bean(Users.class).create(tx, name, name, name + "@example.test", false);
            UserId id = ((UserCreation.Created) made).user().id();
            build.server().bean(Members.class).add(tx, new MemberSource.OfProject(repo.id()), id, Role.DEVELOPER);
            return build.server()
                    .bean(PersonalTokens.class)
                    .create(tx, id, "test", Set.of(TokenScope.API), Optional.empty())
                    .secret();
        });
    }
}
