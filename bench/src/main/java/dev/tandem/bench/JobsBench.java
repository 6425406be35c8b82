package dev.tandem.bench;

import dev.tandem.bench.Figures.Better;
import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.cli.drive.StepFailed;
import dev.tandem.cli.drive.WorkingCopy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How fast jobs reach 100 waiting runners: each asks, acknowledges, ends the job and asks again. Measured pipeline by pipeline: the
 * first one meets a server that has just started and compiles itself meanwhile.
 */
final class JobsBench {
    private static final int RUNNERS = 100;
    private static final int JOBS = 2000;
    private static final int PIPELINES = 6;
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String TOKEN = "glpat-jobs-bench-token-1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI server;
    private final String runnerToken;
    private volatile Round round = new Round();
    private volatile boolean over;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private JobsBench(URI server, String runnerToken) {
        this.server = server;
        this.runnerToken = runnerToken;
    }

    static void run(Figures figures) throws Exception {
        Path folder = Files.createTempDirectory("tandem-jobs-bench-");
        try (ServerProcess server = ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                List.of("--runner-concurrency=0", "--agent=false"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, "jobs-bench", ServerProcess.TOKEN_VARIABLE, TOKEN)))) {
            server.awaitReady();
            double[] rates = measure(server, folder);
            figures.add("jobs handed to 100 waiting runners", "per s", Better.HIGHER, 300, rest(rates));
            figures.add("the same, first 2,000 jobs after a start", "per s", Better.HIGHER, 300, rates[0]);
        } finally {
            Leftovers.end(folder);
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    /** What happened to the jobs of one pipeline. */
    private static final class Round {
        private final Set<Long> seen = ConcurrentHashMap.newKeySet();
        private final AtomicLong firstHandedOut = new AtomicLong();
        private final AtomicLong lastHandedOut = new AtomicLong();
        private final CountDownLatch all = new CountDownLatch(JOBS);

        void handedOut(long id) {
            long now = System.nanoTime();
            firstHandedOut.compareAndSet(0, now);
            lastHandedOut.accumulateAndGet(now, Math::max);
            if (!seen.add(id)) {
                throw new StepFailed("job " + id + " was handed out twice");
            }
        }

        double perSecond() throws InterruptedException {
            if (!all.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new StepFailed("only %d of %d jobs were handed out".formatted(seen.size(), JOBS));
            }
            return (JOBS - 1) / ((lastHandedOut.get() - firstHandedOut.get()) / 1e9);
        }
    }

    private static double[] rest(double[] rates) {
        return Arrays.copyOfRange(rates, 1, rates.length);
    }

    private static double[] measure(ServerProcess server, Path folder) throws Exception {
        Api api = new Api(server.url(), TOKEN);
        String runnerToken = api.post("/user/runners", Map.of("runner_type", "instance_type", "description", "bench"))
                .path("token")
                .asString();
        api.post("/projects", Map.of("name", "jobs", "path", "jobs"));
        WorkingCopy copy = new WorkingCopy(folder.resolve("work"), server.url() + "/root/jobs.git", TOKEN);
        copy.create();
        JobsBench bench = new JobsBench(server.url(), runnerToken);
        for (int i = 0; i < RUNNERS; i++) {
            Thread.ofVirtual().name("runner-" + i).start(bench::serve);
        }
        double[] rates = new double[PIPELINES];
        for (int pipeline = 0; pipeline < PIPELINES; pipeline++) {
            bench.round = new Round();
            push(copy, pipeline);
            rates[pipeline] = bench.round.perSecond();
        }
        bench.over = true;
        return rates;
    }

    private static void push(WorkingCopy copy, int number) throws Exception {
        StringBuilder yaml = new StringBuilder("# " + number + "\n");
        for (int i = 0; i < JOBS; i++) {
            yaml.append("job-%d: {script: [\"true\"]}\n".formatted(i));
        }
        Files.writeString(copy.file(".gitlab-ci.yml"), yaml);
        copy.commit("Many jobs " + number);
        copy.push();
    }

    private void serve() {
        try {
            // Any value has the server hold the request until there is a job, as it does for every runner after its
            // first.
            String lastUpdate = "none";
            while (!over) {
                HttpResponse<String> answer = send(
                        "POST",
                        "/jobs/request",
                        Map.of("token", runnerToken, "info", Map.of(), "last_update", lastUpdate));
                lastUpdate = answer.headers().firstValue("X-GitLab-Last-Update").orElse(lastUpdate);
                if (answer.statusCode() == 201) {
                    work(JSON.readTree(answer.body()));
                } else if (answer.statusCode() != 204) {
                    throw new StepFailed("job request answered " + answer.statusCode() + ": " + answer.body());
                }
            }
        } catch (IOException e) {
            if (!over) {
                throw new java.io.UncheckedIOException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(JsonNode job) throws IOException, InterruptedException {
        long id = job.path("id").asLong();
        Round current = round;
        current.handedOut(id);
        String token = job.path("token").asString();
        send("PUT", "/jobs/" + id, Map.of("token", token, "state", "running"));
        send("PUT", "/jobs/" + id, Map.of("token", token, "state", "success"));
        current.all.countDown();
    }

    private HttpResponse<String> send(String method, String path, Map<String, ?> body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + "/api/v4" + path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(90))
                .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
