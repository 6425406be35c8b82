package dev.tandem.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.build.BuildServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.UserCreation;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.web.Page;
import dev.tandem.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every page is looked at in a browser, in both languages and both themes, wide and narrow: here those that no other test looks at. A new page fails
 * until it is said where.
 */
class EveryPageTest {
    /** From the test that looks at them to patterns. */
    private static final Map<String, Set<String>> ELSEWHERE = new TreeMap<>(Map.of(
            "HomeTest",
            Set.of(
                    "/",
                    "/-/admin/audit",
                    "/-/admin/settings",
                    "/-/admin/users",
                    "/-/admin/users/{user}",
                    "/-/dora",
                    "/-/help/api",
                    "/-/profile",
                    "/-/profile/mail",
                    "/-/profile/sessions",
                    "/-/profile/tokens",
                    "/-/projects/new",
                    "/{project}"),
            "PasskeyBrowserTest",
            Set.of(
                    "/-/admin/sign-in-providers",
                    "/-/join/{secret}",
                    "/-/password/forgot",
                    "/-/profile/identities",
                    "/-/profile/passkeys",
                    "/-/sign-in",
                    "/-/sign-in/passkey"),
            "ProviderSignInTest",
            Set.of("/-/admin/sign-in-providers/{provider}"),
            "TwoFactorTest",
            Set.of("/-/sign-in/code"),
            "PasswordResetTest",
            Set.of("/-/password/reset/{secret}"),
            "GroupsBrowserTest",
            Set.of(
                    "/-/groups",
                    "/-/groups/new",
                    "/-/marked",
                    "/groups/{group}",
                    "/groups/{group}/-/edit",
                    "/groups/{group}/-/group_members",
                    "/groups/{group}/-/settings/variables"),
            "RepositoryBrowserTest",
            Set.of(
                    "/-/search",
                    "/{project}/-/blame/{*rest}",
                    "/{project}/-/blob/{*rest}",
                    "/{project}/-/branches",
                    "/{project}/-/commit/{sha}",
                    "/{project}/-/commits/{*rest}",
                    "/{project}/-/compare/{*rest}",
                    "/{project}/-/search",
                    "/{project}/-/settings",
                    "/{project}/-/settings/deploy-keys",
                    "/{project}/-/tags",
                    "/{project}/-/tree/{*rest}"),
            "BuildBrowserTest",
            Set.of(
                    "/-/admin/runners",
                    "/{project}/-/ci/lint",
                    "/{project}/-/pipelines/{pipeline}",
                    "/{project}/-/settings/variables")));

    static {
        ELSEWHERE.putAll(Map.of(
                "ReleaseBrowserTest",
                Set.of("/{project}/-/releases", "/{project}/-/releases/{tag}"),
                "OperateBrowserTest",
                Set.of("/-/mail/unsubscribe/{ticket}", "/{project}/-/service", "/{project}/-/service/settings"),
                "InsightTest, RolloutPagesTest and BrowserTest of the whole",
                Set.of(
                        "/{project}/-/changes/{sha:[0-9a-f]+}",
                        "/{project}/-/deployments/{deployment}",
                        "/{project}/-/dora",
                        "/{project}/-/environments",
                        "/{project}/-/environments/{environment}",
                        "/{project}/-/incidents",
                        "/{project}/-/incidents/{incident}",
                        "/{project}/-/jobs/{job}",
                        "/{project}/-/pipelines",
                        "/{project}/-/project_members"),
                "no page unless something is wrong, or a part of one",
                Set.of(
                        "/{project}/-/archive/{*rest}",
                        "/{project}/-/last-commits/{*rest}",
                        "/{project}/-/raw/{*rest}")));
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static RunningServer server;
    private static final Map<String, String> HERE = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws IOException {
        build = BuildServer.start(folder);
        server = build.server();
        Repo shop = build.project("shop", """
                test: {script: [echo], artifacts: {paths: [out]}}
                deploy: {script: [echo], environment: {name: production}}
                """);
        ScriptedRunner runner = build.runner();
        Given job = runner.takeAndStart();
        assertThat(runner.upload(job, "", "artifacts.zip", zip("out/report.txt", "out/deep/page.html"))
                        .statusCode())
                .isEqualTo(201);
        runner.finishTaken(job, "", "success", "");
        String api = "/projects/" + shop.id();
        long schedule = made(
                api + "/pipeline_schedules", "{\"description\":\"Nightly\",\"ref\":\"main\",\"cron\":\"0 4 * * *\"}");
        made(api + "/pipeline_schedules/" + schedule + "/variables", "{\"key\":\"HOW\",\"value\":\"long\"}");
        made(api + "/triggers", "{\"description\":\"From outside\"}");
        made(api + "/variables", "{\"key\":\"TOKEN\",\"value\":\"not-to-be-seen\",\"masked\":true}");
        made("/admin/ci/variables", "{\"key\":\"PROXY\",\"value\":\"http://proxy.example.test\"}");
        made("/groups", "{\"name\":\"Team\",\"path\":\"team\"}");
        made("/groups/team/variables", "{\"key\":\"REGION\",\"value\":\"north\"}");
        runner.run("deployed\n", "success", "");
        long environment = Await.value(
                "an environment",
                () -> JSON.readTree(server.api("GET", api + "/environments", RunningServer.TOKEN, null)
                                .body())
                        .valueStream()
                        .map(one -> one.path("id").asLong())
                        .findFirst());

        HERE.put("/-/admin/variables", "/-/admin/variables");
        HERE.put("/-/admin/variables/edit", "/-/admin/variables/edit?key=PROXY");
        HERE.put("/-/help/pipeline/diagnostics", "/-/help/pipeline/diagnostics");
        HERE.put("/-/invitations/{secret}", "/-/invitations/" + invitation());
        HERE.put("/-/profile/keys", "/-/profile/keys");
        HERE.put("/-/profile/password", "/-/profile/password");
        HERE.put("/-/profile/two-factor", "/-/profile/two-factor");
        HERE.put("/-/projects", "/-/projects");
        HERE.put("/-/services", "/-/services");
        HERE.put("/groups/{group}/-/settings/variables/edit", "/groups/team/-/settings/variables/edit?key=REGION");
        HERE.put("/users/{user}", "/users/root");
        HERE.put("/{project}/-/compare", "/root/shop/-/compare");
        HERE.put(
                "/{project}/-/environments/{environment}/configuration",
                "/root/shop/-/environments/" + environment + "/configuration");
        HERE.put("/{project}/-/jobs/{job}/artifacts/browse", "/root/shop/-/jobs/" + job.id() + "/artifacts/browse");
        HERE.put("/{project}/-/pipeline_schedules", "/root/shop/-/pipeline_schedules");
        HERE.put(
                "/{project}/-/pipeline_schedules/{schedule}/edit",
                "/root/shop/-/pipeline_schedules/" + schedule + "/edit");
        HERE.put("/{project}/-/pipelines/new", "/root/shop/-/pipelines/new");
        HERE.put("/{project}/-/settings/triggers", "/root/shop/-/settings/triggers");
        HERE.put("/{project}/-/settings/variables/edit", "/root/shop/-/settings/variables/edit?key=TOKEN");
    }

    @AfterAll
    static void stop() {
        build.close();
    }

    @Test
    void everyPageIsLookedAt() {
        Set<String> lookedAt = new TreeSet<>(HERE.keySet());
        ELSEWHERE.values().forEach(lookedAt::addAll);

        assertThat(pages())
                .as("pages of the server, and where they are looked at")
                .isEqualTo(lookedAt);
    }

    @Test
    void thosePagesAreWellMadeInBothLanguages() {
        try (WebBrowser browser = WebBrowser.on(server)) {
            browser.lookAt(browser::signedIn, HERE.values());
            browser.assertQuiet();
        }
    }

    private static Set<String> pages() {
        Set<String> pages = new TreeSet<>();
        server.beans(RequestMappingHandlerMapping.class)
                .values()
                .forEach(all -> all.getHandlerMethods().forEach((mapping, handler) -> {
                    if (handler.getReturnType().getParameterType() == Page.class
                            && mapping.getMethodsCondition().getMethods().contains(RequestMethod.GET)) {
                        mapping.getPathPatternsCondition()
                                .getPatterns()
                                .forEach(pattern -> pages.add(pattern.getPatternString()));
                    }
                }));
        return pages;
    }

    /** @return its id; 0 for what has none */
    private static long made(String path, String json) {
        HttpResponse<String> answer = server.api("POST", path, RunningServer.TOKEN, json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).path("id").asLong(0);
    }

    private static String invitation() {
        Accounts accounts = server.bean(Accounts.class);
        UserId mei = ((UserCreation.Created)
                        accounts.create(Actor.ANONYMOUS, "mei", "Mei", "mei@example.test", false, Optional.empty()))
                .user()
                .id();
        return accounts.inviteAgain(Actor.ANONYMOUS, mei).orElseThrow().secret();
    }

    private static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write("text".getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
