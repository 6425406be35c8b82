package dev.tandem.server.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.build.ScriptedRunner.Given;
import dev.tandem.server.build.causes.Schedules;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.identity.MemberSource;
import dev.tandem.server.identity.Members;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.tables.Tables;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pipelines that the clock and trigger tokens start: when, in whose name, and what they are given. */
class ScheduleTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ONE_JOB = "a: {script: [echo]}\n";

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
    void theClockStartsOnePipelineForEachTimeAndPlansTheNext() {
        Repo repo = project("nightly");
        long id = schedule(repo, RunningServer.TOKEN, "0 4 * * *");
        String one = "/projects/" + repo.id() + "/pipeline_schedules/" + id;
        created(one + "/variables", RunningServer.TOKEN, "{\"key\":\"HOW\",\"value\":\"long\"}");
        Instant due = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);

        makeDue(id, due);

        PipelineRecord pipeline = build.awaitPipeline(repo, newest(repo));
        assertThat(pipeline.source()).isEqualTo("schedule");
        Given job = build.runner().takeAndStart();
        assertThat(value(job, "CI_PIPELINE_SOURCE")).isEqualTo("schedule");
        assertThat(value(job, "HOW")).isEqualTo("long");
        assertThat(value(job, "GITLAB_USER_LOGIN")).isEqualTo("root");
        dev.tandem.testkit.Await.until(
                "the run is noted", () -> !get(one).get("last_pipeline").isNull());
        assertThat(get(one).get("last_pipeline").get("id").asLong()).isEqualTo(pipeline.id());
        assertThat(Instant.parse(get(one).get("next_run_at").asString())).isAfter(Instant.now());

        build.server().bean(Schedules.class).run(new Schedules.Run(id, due));

        assertThat(build.pipelines(repo.id())).hasSize(2);
    }

    @Test
    void aRunThatIsToldAgainBeforeItWasNotedMakesNoSecondPipeline() {
        Repo repo = project("again");
        long id = schedule(repo, RunningServer.TOKEN, "0 4 * * *");
        Instant due = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
        Schedules schedules = build.server().bean(Schedules.class);
        setNext(id, due);
        schedules.run(new Schedules.Run(id, due));
        setNext(id, due);

        schedules.run(new Schedules.Run(id, due));

        assertThat(build.pipelines(repo.id())).hasSize(2);
    }

    @Test
    void theOwnersRightsAreAskedAtEachRunAndAMaintainerTakesOver() {
        Repo repo = project("owned");
        String owner = build.person("owner-of-schedule", repo, Optional.of(Role.MAINTAINER));
        String other = build.person("other-maintainer", repo, Optional.of(Role.MAINTAINER));
        long id = schedule(repo, owner, "0 4 * * *");
        String one = "/projects/" + repo.id() + "/pipeline_schedules/" + id;
        created(one + "/variables", owner, "{\"key\":\"WORD\",\"value\":\"open-sesame\"}");
        String developer = build.person("developer-of-owned", repo, Optional.of(Role.DEVELOPER));
        assertThat(api("GET", one, developer, null).body())
                .contains("owner-of-schedule")
                .doesNotContain("open-sesame");
        assertThat(api("PUT", one, other, "{\"description\":\"mine\"}").statusCode())
                .isEqualTo(403);
        assertThat(api("POST", one + "/take_ownership", developer, null).statusCode())
                .isEqualTo(403);
        assertThat(api("DELETE", one, developer, null).statusCode()).isEqualTo(403);
        assertThat(api("POST", one + "/play", developer, null).statusCode()).isEqualTo(403);
        removeMember(repo, "owner-of-schedule");
        Instant due = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
        setNext(id, due);

        build.server().bean(Schedules.class).run(new Schedules.Run(id, due));

        assertThat(build.pipelines(repo.id())).hasSize(1);
        RunningServer.Browser root = browser();
        assertThat(root.get("/root/owned/-/pipeline_schedules").body())
                .contains("owner-of-schedule may not run pipelines at main");
        assertThat(api("POST", one + "/take_ownership", other, null).body()).contains("\"other-maintainer\"");
        setNext(id, due);
        build.server().bean(Schedules.class).run(new Schedules.Run(id, due));
        assertThat(build.pipelines(repo.id())).hasSize(2);
    }

    @Test
    void whatNeverComesOrNobodyMayIsRefusedWithTheReason() {
        Repo repo = project("refusing");
        String base = "/projects/" + repo.id() + "/pipeline_schedules";
        String developer = build.person("developer-of-refusing", repo, Optional.of(Role.DEVELOPER));

        assertThat(refused(base, "UTC", "99 * * * *", "main")).contains("\"cron\"");
        assertThat(refused(base, "UTC", "0 0 30 2 *", "main")).contains("no time that ever comes");
        assertThat(refused(base, "Mars/Base", "0 4 * * *", "main")).contains("cron_timezone");
        assertThat(refused(base, "UTC", "0 4 * * *", "nowhere")).contains("\"ref\"");
        assertThat(api("POST", base, developer, body("UTC", "0 4 * * *", "main"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(api("GET", base, RunningServer.TOKEN, null).body()).isEqualTo("[]");
    }

    @Test
    void peopleKeepSchedulesOnTheirPage() {
        Repo repo = project("paged");
        RunningServer.Browser root = browser();
        String page = "/root/paged/-/pipeline_schedules";
        assertThat(root.get(page).body()).contains("No schedule yet");
        assertThat(root.post(page, page, "description", "x", "ref", "main", "cron", "often", "zone", "UTC")
                        .body())
                .contains("not five fields");
        assertThat(root.post(
                                page,
                                page,
                                "description",
                                "x",
                                "ref",
                                "main",
                                "cron",
                                "0 4 * * *",
                                "zone",
                                "UTC",
                                "variables",
                                "oops")
                        .body())
                .contains("write NAME=value");
        String[] good = {
            "description",
            "Long tests",
            "ref",
            "main",
            "cron",
            "0 4 * * 1-5",
            "zone",
            "Asia/Shanghai",
            "active",
            "true",
            "variables",
            "HOW=long\r\nWHO=me"
        };
        assertThat(root.post(page, page, good).statusCode()).isEqualTo(302);
        String list = root.get(page, "Accept-Language", "zh-CN").body();
        assertThat(list).contains("Long tests", "0 4 * * 1-5", "Asia/Shanghai", "下次运行");
        JsonNode all =
                JSON.readTree(api("GET", "/projects/" + repo.id() + "/pipeline_schedules", RunningServer.TOKEN, null)
                        .body());
        String one = page + "/" + all.get(0).get("id").asLong();
        assertThat(root.get(one + "/edit").body()).contains("HOW=long\nWHO=me");

        HttpResponse<String> played = root.post(page, one + "/play");

        assertThat(played.headers().firstValue("Location").orElseThrow()).contains("/-/pipelines/");
        assertThat(value(build.runner().takeAndStart(), "WHO")).isEqualTo("me");
        assertThat(root.post(
                                one + "/edit",
                                one + "/edit",
                                "description",
                                "Rests",
                                "ref",
                                "main",
                                "cron",
                                "0 4 * * *",
                                "zone",
                                "UTC")
                        .statusCode())
                .isEqualTo(302);
        assertThat(root.get(page).body()).contains("Rests", "inactive").doesNotContain("Long tests");
        root.post(page, one + "/delete");
        assertThat(root.get(page).body()).contains("No schedule yet", "is gone");
    }

    @Test
    void aTriggerTokenStartsPipelinesOfItsProjectInItsMakersName() {
        Repo repo = project("triggered");
        Repo other = project("not-triggered");
        String base = "/projects/" + repo.id();
        String maker = build.person("maker-of-token", repo, Optional.of(Role.MAINTAINER));
        String token = JSON.readTree(created(base + "/triggers", maker, "{\"description\":\"robot\"}"))
                .get("token")
                .asString();
        String form = "token=" + token + "&ref=main&variables%5BWHY%5D=because";

        HttpResponse<String> answer = fire(base + "/trigger/pipeline", form);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).contains("\"source\":\"trigger\"", "\"username\":\"maker-of-token\"");
        Given job = build.runner().takeAndStart();
        assertThat(value(job, "WHY")).isEqualTo("because");
        assertThat(value(job, "CI_PIPELINE_TRIGGERED")).isEqualTo("true");
        assertThat(fire("/projects/" + other.id() + "/trigger/pipeline", form).statusCode())
                .isEqualTo(404);
        assertThat(fire(base + "/trigger/pipeline", "token=glptt-wrong&ref=main")
                        .statusCode())
                .isEqualTo(404);
        assertThat(fire(base + "/trigger/pipeline", "ref=main").statusCode()).isEqualTo(404);
        assertThat(fire(base + "/trigger/pipeline", "token=" + token + "&ref=nowhere")
                        .body())
                .contains("Reference not found");
        assertThat(fire(base + "/ref/main/trigger/pipeline?token=" + token, "").statusCode())
                .isEqualTo(201);
        String list = api("GET", base + "/triggers", RunningServer.TOKEN, null).body();
        assertThat(list).contains("robot", token.substring(0, 10)).doesNotContain(token);
        assertThat(build.server()
                        .bean(Database.class)
                        .<String>read(sql -> sql.fetchValue(
                                sql.select(Tables.PIPELINE_TRIGGERS.TOKEN_HASH).from(Tables.PIPELINE_TRIGGERS))))
                .doesNotContain(token.substring(10));

        removeMember(repo, "maker-of-token");

        assertThat(fire(base + "/trigger/pipeline", form).body()).contains("Insufficient permissions");
        long id = JSON.readTree(list).get(0).get("id").asLong();
        assertThat(api("DELETE", base + "/triggers/" + id, RunningServer.TOKEN, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(fire(base + "/trigger/pipeline", form).statusCode()).isEqualTo(404);
    }

    @Test
    void maintainersMakeAndRevokeTokensOnTheirPage() {
        Repo repo = project("tokens");
        RunningServer.Browser root = browser();
        String page = "/root/tokens/-/settings/triggers";
        assertThat(root.get(page).body()).contains("No trigger token yet", "/trigger/pipeline");
        assertThat(root.post(page, page, "description", " ").statusCode()).isEqualTo(422);

        String made = root.post(page, page, "description", "of the bot").body();

        assertThat(made).contains("glptt-", "It is shown once", "of the bot");
        String list = root.get(page, "Accept-Language", "zh-CN").body();
        assertThat(list).contains("of the bot", "触发令牌");
        JsonNode all = JSON.readTree(api("GET", "/projects/" + repo.id() + "/triggers", RunningServer.TOKEN, null)
                .body());
        root.post(page, page + "/" + all.get(0).get("id").asLong() + "/delete");
        assertThat(root.get(page).body()).contains("No trigger token yet");
        assertThat(root.get("/-/admin/audit?action=trigger.").body()).contains("trigger.create", "trigger.delete");
    }

    /** With one pipeline, of the push that made it, on a branch that only maintainers push to. */
    private static Repo project(String name) {
        Repo repo = build.project(name, ONE_JOB);
        created("/projects/" + repo.id() + "/protected_branches", RunningServer.TOKEN, "{\"name\":\"main\"}");
        build.awaitPipeline(repo, 0);
        build.cancelAll();
        return repo;
    }

    private static long newest(Repo repo) {
        return build.pipelines(repo.id()).stream()
                .filter(pipeline -> pipeline.source().equals("push"))
                .mapToLong(PipelineRecord::id)
                .max()
                .orElse(0);
    }

    private static long schedule(Repo repo, String token, String cron) {
        String made =
                created("/projects/" + repo.id() + "/pipeline_schedules", token, body("Europe/Berlin", cron, "main"));
        return JSON.readTree(made).get("id").asLong();
    }

    private static String body(String zone, String cron, String ref) {
        return "{\"description\":\"by clock\",\"ref\":\"" + ref + "\",\"cron\":\"" + cron + "\",\"cron_timezone\":\""
                + zone + "\"}";
    }

    private static String refused(String path, String zone, String cron, String ref) {
        HttpResponse<String> answer = api("POST", path, RunningServer.TOKEN, body(zone, cron, ref));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return answer.body();
    }

    private static void setNext(long id, Instant due) {
        build.server()
                .bean(Database.class)
                .write(tx -> tx.sql()
                        .update(Tables.PIPELINE_SCHEDULES)
                        .set(Tables.PIPELINE_SCHEDULES.NEXT_RUN_AT, due.toEpochMilli())
                        .where(Tables.PIPELINE_SCHEDULES.ID.eq(id))
                        .execute());
    }

    /** As if its time had come: the durable task of that time, due now. */
    @SuppressWarnings("unchecked")
    private static void makeDue(long id, Instant due) {
        setNext(id, due);
        DurableTask<Schedules.Run> task = (DurableTask<Schedules.Run>) java.util.Objects.requireNonNull(
                build.server().beans(DurableTask.class).get("runSchedule"));
        build.server().bean(Database.class).write(tx -> {
            tx.schedule(task, "test-" + id, new Schedules.Run(id, due), due);
            return due;
        });
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

    private static void removeMember(Repo repo, String username) {
        User user = build.server().bean(Users.class).find(username).orElseThrow();
        build.server()
                .bean(Database.class)
                .write(tx -> build.server()
                        .bean(Members.class)
                        .remove(tx, new MemberSource.OfProject(repo.id()), user.id()));
    }

    private static JsonNode get(String path) {
        return JSON.readTree(api("GET", path, RunningServer.TOKEN, null).body());
    }

    private static HttpResponse<String> fire(String path, String form) {
        return build.server().sendForm("POST", "/api/v4" + path, "", form);
    }

    private static String created(String path, String token, String json) {
        HttpResponse<String> answer = api("POST", path, token, json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.body();
    }

    private static HttpResponse<String> api(String method, String path, String token, @Nullable String json) {
        return build.server().api(method, path, token, json);
    }
}
