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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The story itself: each method is one step, in the order in which they are told. */
public final class Story {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final Duration NOW_AND_THEN = Duration.ofMillis(100);
    private static final Duration SLOW = Duration.ofMillis(200);
    private static final int REQUESTS_PER_SECOND = 300;
    private static final int PAGE_VIEWS = 20;
    private static final String SHOP = "root/shop";

    private final ServerProcess server;
    private final Path workspace;
    private final String password;
    private final String token;
    private final Report report;
    private final Consumer<String> say;
    private final Api api;
    private final Pipelines pipelines;
    private final Production production;
    private final Browser browser;
    private final WorkingCopy shop;
    private @Nullable BadRollout bad;

    public Story(
            ServerProcess server, Path workspace, String password, String token, Report report, Consumer<String> say) {
        this.server = server;
        this.workspace = workspace;
        this.password = password;
        this.token = token;
        this.report = report;
        this.say = say;
        this.api = new Api(server.url(), token);
        this.pipelines = new Pipelines(api);
        this.production = new Production(api, SHOP);
        this.browser = new Browser(server.url());
        this.shop = new WorkingCopy(workspace.resolve("shop"), server.url() + "/" + SHOP + ".git", token);
    }

    /** Runs the steps until one fails; the report tells which. */
    public void tell() throws IOException, InterruptedException {
        if (step("start", this::start)
                && step("push", this::push)
                && step("pipeline", this::pipeline)
                && step("deploy-staging", () -> serves("staging"))
                && step("deploy-production", () -> serves("production"))
                && step("traffic", this::traffic)
                && step("bad-push", this::badPush)
                && step("rollback", this::rollback)
                && step("incident", this::incident)
                && step("dora", this::dora)) {
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
            say.accept("  ✓ %-17s %s".formatted(name, detail));
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
        say.accept("  ✗ %-17s %s".formatted(name, why));
        server.logTail(40).forEach(line -> say.accept("      " + line));
        return false;
    }

    private String start() throws Exception {
        server.awaitReady();
        var page = browser.signIn("root", password);
        if (page.statusCode() != 200 || page.uri().getPath().equals("/-/sign-in")) {
            throw new StepFailed("signing in answered %d at %s".formatted(page.statusCode(), page.uri()));
        }
        double seconds = seconds(Duration.between(server.started(), Instant.now()));
        report.figure("serverReadySeconds", seconds);
        return "first signed-in page after %.1f s, at %s".formatted(seconds, server.url());
    }

    private String push() throws Exception {
        api.post("/projects", Map.of("name", "shop", "path", "shop"));
        WorkingCopy.copy(ServerProcess.home().resolve("sample"), workspace.resolve("shop"));
        shop.create();
        String commit = shop.commit("A shop that greets");
        long accepted = shop.push();
        long pipeline = pipelines.of(SHOP, commit);
        long firstLine = Await.until(
                SOON,
                OFTEN,
                () -> pipelines.anyLog(SHOP, pipeline) ? Optional.of(System.nanoTime()) : Optional.empty(),
                () -> "no job of pipeline " + pipeline + " printed a line");
        double millis = (firstLine - accepted) / 1e6;
        report.figure("pushToFirstLogLineMillis", millis);
        return "pushed %s; the job's first line was on the server after %.0f ms"
                .formatted(commit.substring(0, 8), millis);
    }

    private String pipeline() throws Exception {
        long pipeline = pipelines.newest(SHOP);
        passed(pipeline);
        double overhead = new TwoTrivialJobs(api, server.url(), workspace, token).overheadMillis();
        report.figure("pipelineOverheadMillis", overhead);
        return "pipeline %d passed; two trivial jobs take %.0f ms beyond their scripts".formatted(pipeline, overhead);
    }

    private void passed(long pipeline) throws Exception {
        String status = pipelines.ended(SHOP, pipeline);
        if (!status.equals("success")) {
            throw new StepFailed(
                    "pipeline %d ended as %s: %s".formatted(pipeline, status, pipelines.reasons(SHOP, pipeline)));
        }
    }

    private String serves(String environment) throws Exception {
        Service service = production.service(environment);
        expect(service.ask(), "Welcome to the shop, version 1");
        return "version 1 serves at " + service.url();
    }

    private String traffic() throws Exception {
        Service service = production.service("production");
        shop.replace("src/shop/Shop.java", "version 1", "version 2");
        String commit = shop.commit("Say version 2");
        List<Load.Answer> answers;
        try (Load load = Load.start(service.request(), REQUESTS_PER_SECOND)) {
            shop.push();
            passed(pipelines.of(SHOP, commit));
            load.close();
            answers = load.answers();
        }
        expect(service.ask(), "Welcome to the shop, version 2");
        long failed = answers.stream().filter(Load.Answer::failed).count();
        report.figure("requestsSent", answers.size());
        report.figure("requestsFailedDuringGoodRollout", failed);
        noneFailed(answers, "during the rollout");
        return "version 2 went to 10 %%, 50 %%, 100 %% of %d requests; none failed".formatted(answers.size());
    }

    private static void noneFailed(List<Load.Answer> answers, String when) {
        List<Load.Answer> failed = answers.stream().filter(Load.Answer::failed).toList();
        if (!failed.isEmpty()) {
            throw new StepFailed("%d of %d requests failed %s, the first with: %d %s"
                    .formatted(
                            failed.size(),
                            answers.size(),
                            when,
                            failed.getFirst().status(),
                            failed.getFirst().body()));
        }
    }

    /** Starts healthy and passes its tests; then every fourth visitor gets an error and all others wait. */
    private String badPush() throws Exception {
        shop.replace("src/shop/Shop.java", "return \"Welcome to the shop, version 2\";", """
                return "Welcome to the shop, version 3: " + offer(VISITS.incrementAndGet() % 4);
                    }

                    private static final java.util.concurrent.atomic.AtomicLong VISITS =
                            new java.util.concurrent.atomic.AtomicLong();

                    /** Asks the office for the price of the day, which takes a while. */
                    static String offer(long share) {
                        java.util.concurrent.locks.LockSupport.parkNanos(250_000_000);
                        return "today " + 100 / share + " cents off";\
                """);
        String commit = shop.commit("Make an offer with each greeting");
        Service service = production.service("production");
        try (Load load = Load.start(service.request(), REQUESTS_PER_SECOND)) {
            shop.push();
            long pipeline = pipelines.of(SHOP, commit);
            String status = pipelines.ended(SHOP, pipeline);
            if (!status.equals("failed")) {
                throw new StepFailed("the pipeline of a version that answers badly ended as " + status);
            }
            load.close();
            bad = new BadRollout(commit, pipeline, production.takenBack(), load.answers());
        }
        return pipelines.reasons(SHOP, bad.pipeline());
    }

    private BadRollout bad() {
        return java.util.Objects.requireNonNull(bad, "the bad push comes first");
    }

    private String rollback() throws Exception {
        Service service = production.service("production");
        for (int i = 0; i < PAGE_VIEWS; i++) {
            expect(service.ask(), "Welcome to the shop, version 2");
        }
        List<Load.Answer> ofBad =
                bad().answers().stream().filter(Story::isOfVersion3).toList();
        if (ofBad.isEmpty()) {
            throw new StepFailed("the bad version never got a request, so nothing was judged");
        }
        long failed = bad().answers().stream().filter(Load.Answer::failed).count();
        long annoyed = ofBad.stream()
                .filter(answer -> answer.failed() || answer.took().compareTo(SLOW) > 0)
                .count();
        Instant last =
                ofBad.stream().map(Load.Answer::sent).max(Instant::compareTo).orElseThrow();
        JudgedRollout judged = bad().rollout();
        double back = Math.max(0, seconds(Duration.between(judged.judged(), last)));
        double detected = seconds(Duration.between(judged.firstTraffic(), judged.judged()));
        report.figure("requestsFailedDuringBadRollout", failed);
        report.figure("badRevisionDetectedSeconds", detected);
        report.figure("trafficBackSeconds", back);
        report.figure("badAnswersUntilRollback", annoyed);
        return "version 2 answers everybody again: judged after %.1f s, traffic back %.1f s later, %d of %d answers were bad"
                .formatted(detected, back, annoyed, bad().answers().size());
    }

    private static boolean isOfVersion3(Load.Answer answer) {
        return answer.body().contains("version 3") || answer.status() == 500;
    }

    private String incident() throws Exception {
        JsonNode incident = Await.until(
                SOON,
                OFTEN,
                () -> production.incidentSuspecting(bad().commit()),
                () -> "no open incident has " + bad().commit() + " as its first suspect");
        return "incident #%d is open: %s"
                .formatted(incident.path("iid").asLong(), incident.path("title").asString());
    }

    private String dora() throws Exception {
        JsonNode dora = Await.until(
                SOON,
                NOW_AND_THEN,
                () -> Optional.of(production.dora()).filter(Story::countsTheFailure),
                () -> "DORA does not count the failed deployment");
        JsonNode recovery = dora.path("failed_deployment_recovery_time");
        report.figure(
                "deploymentFrequency",
                dora.path("deployment_frequency").path("per_day").asDouble());
        report.figure(
                "leadTimeSeconds",
                dora.path("change_lead_time").path("median_seconds").asDouble());
        report.figure(
                "changeFailureRate", dora.path("change_fail_rate").path("ratio").asDouble());
        report.figure("recoverySeconds", recovery.path("median_seconds").asDouble());
        return "%d of %d deployments failed; lead time %.0f s, recovered in %.1f s"
                .formatted(
                        dora.path("change_fail_rate").path("counted").asInt(),
                        dora.path("change_fail_rate").path("n").asInt(),
                        dora.path("change_lead_time").path("median_seconds").asDouble(),
                        recovery.path("median_seconds").asDouble());
    }

    private static boolean countsTheFailure(JsonNode dora) {
        return dora.path("change_fail_rate").path("counted").asInt() > 0
                && dora.path("failed_deployment_recovery_time").path("n").asInt() > 0;
    }

    private void measureMemory() throws IOException, InterruptedException {
        for (int i = 0; i < PAGE_VIEWS; i++) {
            browser.get(i % 2 == 0 ? "/" : "/" + SHOP + "/-/pipelines");
        }
        report.figure("residentMemoryMegabytes", ServerProcess.residentMegabytes(server.pid()));
        server.proxy().ifPresent(proxy -> {
            report.figure("proxyResidentMemoryMegabytes", ServerProcess.residentMegabytes(proxy.pid()));
            report.figure("proxyAddedMemoryMegabytes", ServerProcess.proportionalMegabytes(proxy.pid()));
        });
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static void expect(String answer, String expected) {
        if (!answer.contains(expected)) {
            throw new StepFailed("the service answered '%s' instead of '%s'".formatted(answer, expected));
        }
    }
}
