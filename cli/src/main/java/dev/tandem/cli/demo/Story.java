package dev.tandem.cli.demo;

import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Await;
import dev.tandem.cli.drive.Browser;
import dev.tandem.cli.drive.Load;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.cli.drive.Service;
import dev.tandem.cli.drive.StepFailed;
import dev.tandem.cli.drive.WorkingCopy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The story itself: each method is one step, in the order in which they are told. */
public final class Story {
    private static final Duration PIPELINE = Duration.ofSeconds(100);
    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final Duration NOW_AND_THEN = Duration.ofMillis(100);
    private static final int REQUESTS_PER_SECOND = 100;
    private static final int PAGE_VIEWS = 20;
    private static final Pattern SCRIPT_TIMES = Pattern.compile("(?m)^(script-started|script-ended) (\\d+)");
    private static final String SHOP = "root/shop";

    private final ServerProcess server;
    private final Path workspace;
    private final String password;
    private final String token;
    private final Report report;
    private final Consumer<String> say;
    private final Api api;
    private final Browser browser;
    private final WorkingCopy shop;

    public Story(
            ServerProcess server, Path workspace, String password, String token, Report report, Consumer<String> say) {
        this.server = server;
        this.workspace = workspace;
        this.password = password;
        this.token = token;
        this.report = report;
        this.say = say;
        this.api = new Api(server.url(), token);
        this.browser = new Browser(server.url());
        this.shop = new WorkingCopy(workspace.resolve("shop"), server.url() + "/" + SHOP + ".git", token);
    }

    /** Runs the steps until one fails; the report tells which. */
    public void tell() throws IOException, InterruptedException {
        if (step("start", this::start)
                && step("push", this::push)
                && step("pipeline", this::pipeline)
                && step("deploy", this::deploy)
                && step("bad-push", this::badPush)
                && step("rollback", this::rollback)) {
            measureMemory();
        }
    }

    /** The first push and its deployment; what is done of it trains the AOT cache. */
    void tellBeginning() throws IOException {
        if (step("start", this::start) && step("push", this::push)) {
            step("pipeline", this::pipeline);
        }
    }

    private interface Work {
        String run() throws Exception;
    }

    private boolean step(String name, Work work) throws IOException {
        long started = System.nanoTime();
        try {
            String detail = work.run();
            report.step(name, true, System.nanoTime() - started, detail);
            say.accept("  ✓ %-9s %s".formatted(name, detail));
            return true;
        } catch (StepFailed e) {
            return failed(name, started, e.reason());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(name, started, "interrupted");
        } catch (Exception e) {
            return failed(name, started, e.toString());
        }
    }

    private boolean failed(String name, long started, String why) throws IOException {
        report.step(name, false, System.nanoTime() - started, why);
        say.accept("  ✗ %-9s %s".formatted(name, why));
        server.logTail(40).forEach(line -> say.accept("      " + line));
        return false;
    }

    private String start() throws Exception {
        server.awaitReady();
        var page = browser.signIn("root", password);
        if (page.statusCode() != 200 || page.uri().getPath().equals("/-/sign-in")) {
            throw new StepFailed("signing in answered %d at %s".formatted(page.statusCode(), page.uri()));
        }
        double seconds = Duration.between(server.started(), Instant.now()).toNanos() / 1e9;
        report.figure("serverReadySeconds", seconds);
        return "first signed-in page after %.1f s, at %s".formatted(seconds, server.url());
    }

    private String push() throws Exception {
        api.post("/projects", Map.of("name", "shop", "path", "shop"));
        WorkingCopy.copy(ServerProcess.home().resolve("sample"), workspace.resolve("shop"));
        shop.create();
        String commit = shop.commit("A shop that greets");
        long accepted = shop.push();
        long pipeline = pipelineOf(SHOP, commit);
        long firstLine = Await.until(
                Duration.ofSeconds(30),
                OFTEN,
                () -> anyLog(SHOP, pipeline) ? Optional.of(System.nanoTime()) : Optional.empty(),
                () -> "no job of pipeline " + pipeline + " printed a line");
        double millis = (firstLine - accepted) / 1e6;
        report.figure("pushToFirstLogLineMillis", millis);
        return "pushed %s; the job's first line was on the server after %.0f ms"
                .formatted(commit.substring(0, 8), millis);
    }

    private String pipeline() throws Exception {
        double overhead = overheadOfTwoTrivialJobs();
        report.figure("pipelineOverheadMillis", overhead);
        long pipeline = newestPipeline(SHOP);
        String status = ended(SHOP, pipeline);
        if (!status.equals("success")) {
            throw new StepFailed("pipeline %d ended as %s: %s".formatted(pipeline, status, reasons(SHOP, pipeline)));
        }
        return "pipeline %d passed; two trivial jobs take %.0f ms beyond their scripts".formatted(pipeline, overhead);
    }

    private String deploy() throws Exception {
        Service service = service();
        expect(service.ask(), "Welcome to the shop, version 1");
        shop.replace("src/shop/Shop.java", "version 1", "version 2");
        String commit = shop.commit("Say version 2");
        Load.Counts counts;
        try (Load load = Load.start(service.request(), REQUESTS_PER_SECOND)) {
            shop.push();
            String status = ended(SHOP, pipelineOf(SHOP, commit));
            if (!status.equals("success")) {
                throw new StepFailed("the pipeline of version 2 ended as " + status);
            }
            load.close();
            counts = load.counts();
        }
        expect(service.ask(), "Welcome to the shop, version 2");
        report.figure("requestsSent", counts.sent());
        report.figure("requestsFailedDuringGoodRollout", counts.failed());
        if (counts.failed() > 0) {
            throw new StepFailed("%d of %d requests failed during the rollout, the first with: %s"
                    .formatted(counts.failed(), counts.sent(), counts.firstFailure()));
        }
        return "version 2 serves at %s; %d requests sent meanwhile, none failed"
                .formatted(service.url(), counts.sent());
    }

    private String badPush() throws Exception {
        shop.replace("src/shop/Shop.java", "System.getenv(\"PORT\")", "System.getenv(\"SHOP_PORT\")");
        String commit = shop.commit("Read the port from SHOP_PORT");
        Service service = service();
        Load.Counts counts;
        long pipeline;
        try (Load load = Load.start(service.request(), REQUESTS_PER_SECOND)) {
            shop.push();
            pipeline = pipelineOf(SHOP, commit);
            String status = ended(SHOP, pipeline);
            if (!status.equals("failed")) {
                throw new StepFailed("a version that cannot start ended as " + status);
            }
            load.close();
            counts = load.counts();
        }
        expect(service.ask(), "Welcome to the shop, version 2");
        if (counts.failed() > 0) {
            throw new StepFailed("%d of %d requests failed while the bad version was kept out, the first with: %s"
                    .formatted(counts.failed(), counts.sent(), counts.firstFailure()));
        }
        return "kept out, version 2 answered all %d requests: %s".formatted(counts.sent(), reasons(SHOP, pipeline));
    }

    private String rollback() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        ServerProcess.home().resolve("bin/tandem").toString(),
                        "rollback",
                        "production",
                        "--project",
                        SHOP)
                .redirectErrorStream(true);
        builder.environment().putAll(Map.of("TANDEM_URL", server.url().toString(), "TANDEM_TOKEN", token));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new StepFailed("tandem rollback failed: " + output);
        }
        expect(service().ask(), "Welcome to the shop, version 1");
        return "tandem rollback production: version 1 serves again";
    }

    private void measureMemory() throws IOException, InterruptedException {
        for (int i = 0; i < PAGE_VIEWS; i++) {
            browser.get(i % 2 == 0 ? "/" : "/" + SHOP + "/-/pipelines");
        }
        report.figure("residentMemoryMegabytes", ServerProcess.residentMegabytes(server.pid()));
        server.proxy()
                .ifPresent(proxy ->
                        report.figure("proxyResidentMemoryMegabytes", ServerProcess.residentMegabytes(proxy.pid())));
    }

    private Service service() throws IOException, InterruptedException {
        for (JsonNode environment : api.get("/projects/" + Api.encoded(SHOP) + "/environments")) {
            if (environment.path("name").asString().equals("production")) {
                return new Service(URI.create(environment.path("external_url").asString()));
            }
        }
        throw new StepFailed("there is no environment 'production'");
    }

    /** From the pipeline's creation to its end, less what each script measured of itself. */
    private double overheadOfTwoTrivialJobs() throws Exception {
        String project = "root/two-jobs";
        api.post("/projects", Map.of("name", "two-jobs", "path", "two-jobs"));
        WorkingCopy copy = new WorkingCopy(workspace.resolve("two-jobs"), server.url() + "/" + project + ".git", token);
        copy.create();
        Files.writeString(copy.file(".gitlab-ci.yml"), """
                stages: [first, second]
                .job:
                  script:
                    - echo script-started $(date +%s%N)
                    - echo script-ended $(date +%s%N)
                one: {extends: .job, stage: first}
                two: {extends: .job, stage: second}
                """);
        String commit = copy.commit("Two trivial jobs");
        copy.push();
        long pipeline = pipelineOf(project, commit);
        String status = ended(project, pipeline);
        if (!status.equals("success")) {
            throw new StepFailed("the pipeline of two trivial jobs ended as " + status);
        }
        JsonNode facts = api.get("/projects/" + Api.encoded(project) + "/pipelines/" + pipeline);
        double wall = Duration.between(time(facts, "created_at"), time(facts, "finished_at"))
                        .toNanos()
                / 1e6;
        return wall - scriptMillis(project, pipeline);
    }

    private double scriptMillis(String project, long pipeline) throws IOException, InterruptedException {
        double millis = 0;
        for (JsonNode job : jobs(project, pipeline)) {
            Matcher matcher = SCRIPT_TIMES.matcher(trace(project, job));
            while (matcher.find()) {
                double at = Long.parseLong(matcher.group(2)) / 1e6;
                millis += matcher.group(1).equals("script-ended") ? at : -at;
            }
        }
        return millis;
    }

    private long pipelineOf(String project, String commit) throws Exception {
        return Await.until(
                Duration.ofSeconds(20),
                OFTEN,
                () -> {
                    JsonNode found = api.get("/projects/" + Api.encoded(project) + "/pipelines?sha=" + commit);
                    return found.isEmpty()
                            ? Optional.empty()
                            : Optional.of(found.get(0).path("id").asLong());
                },
                () -> "commit " + commit + " has no pipeline");
    }

    private long newestPipeline(String project) throws IOException, InterruptedException {
        return api.get("/projects/" + Api.encoded(project) + "/pipelines")
                .get(0)
                .path("id")
                .asLong();
    }

    /** Waits for the pipeline's end; its status. */
    private String ended(String project, long pipeline) throws Exception {
        return Await.until(
                PIPELINE,
                NOW_AND_THEN,
                () -> {
                    String status = api.get("/projects/" + Api.encoded(project) + "/pipelines/" + pipeline)
                            .path("status")
                            .asString();
                    return List.of("success", "failed", "canceled", "skipped").contains(status)
                            ? Optional.of(status)
                            : Optional.empty();
                },
                () -> "pipeline " + pipeline + " of " + project + " did not end: " + reasons(project, pipeline));
    }

    private boolean anyLog(String project, long pipeline) throws IOException, InterruptedException {
        for (JsonNode job : jobs(project, pipeline)) {
            if (job.path("status").asString().matches("running|success|failed")
                    && !trace(project, job).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The jobs that did not pass, each with its last lines. */
    private String reasons(String project, long pipeline) {
        StringBuilder text = new StringBuilder();
        try {
            for (JsonNode job : jobs(project, pipeline)) {
                if (job.path("status").asString().equals("failed")) {
                    text.append(job.path("name").asString()).append(" failed: ").append(reason(trace(project, job)));
                } else if (!job.path("status").asString().equals("success")) {
                    text.append(job.path("name").asString())
                            .append(" is ")
                            .append(job.path("status").asString())
                            .append("; ");
                }
            }
        } catch (IOException | StepFailed e) {
            text.append(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return text.toString();
    }

    private static String reason(String trace) {
        List<String> lines = trace.lines()
                .map(line -> line.replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("section_"))
                .toList();
        return lines.stream()
                .filter(line -> line.startsWith("Deployment failed"))
                .findFirst()
                .orElse(String.join(" / ", lines.subList(Math.max(0, lines.size() - 4), lines.size())));
    }

    private JsonNode jobs(String project, long pipeline) throws IOException, InterruptedException {
        return api.get("/projects/" + Api.encoded(project) + "/pipelines/" + pipeline + "/jobs");
    }

    private String trace(String project, JsonNode job) throws IOException, InterruptedException {
        return api.getText(
                "/projects/" + Api.encoded(project) + "/jobs/" + job.path("id").asLong() + "/trace");
    }

    private static Instant time(JsonNode facts, String field) {
        return OffsetDateTime.parse(facts.path(field).asString()).toInstant();
    }

    private static void expect(String answer, String expected) {
        if (!answer.contains(expected)) {
            throw new StepFailed("the service answered '%s' instead of '%s'".formatted(answer, expected));
        }
    }
}
