package dev.tandem.bench;

import dev.tandem.bench.Figures.Better;
import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Await;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How fast jobs reach 100 waiting runners: each asks, acknowledges, ends the job and asks again. */
final class JobsBench {
    private static final int RUNNERS = 100;
    private static final int JOBS = 2000;
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String TOKEN = "glpat-jobs-bench-token-1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI server;
    private final String runnerToken;
    private final Set<Long> seen = ConcurrentHashMap.newKeySet();
    private final AtomicLong firstHandedOut = new AtomicLong();
    private final AtomicLong lastHandedOut = new AtomicLong();
    private final CountDownLatch all = new CountDownLatch(JOBS);
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
            figures.add("jobs handed to 100 waiting runners", "per s", Better.HIGHER, 300, measure(server, folder));
        } finally {
            Leftovers.end(folder);
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static double measure(ServerProcess server, Path folder) throws Exception {
        Api api = new Api(server.url(), TOKEN);
        String runnerToken = api.post("/user/runners", Map.of("runner_type", "instance_type", "description", "bench"))
                .path("token")
                .asString();
        JobsBench bench = new JobsBench(server.url(), runnerToken);
        for (int i = 0; i < RUNNERS; i++) {
            Thread.ofVirtual().name("runner-" + i).start(bench::serve);
        }
        push(server, api, folder);
        if (!bench.all.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new StepFailed("only %d of %d jobs were handed out".formatted(bench.seen.size(), JOBS));
        }
        return (JOBS - 1) / ((bench.lastHandedOut.get() - bench.firstHandedOut.get()) / 1e9);
    }

    private static void push(ServerProcess server, Api api, Path folder) throws Exception {
        api.post("/projects", Map.of("name", "jobs", "path", "jobs"));
        WorkingCopy copy = new WorkingCopy(folder.resolve("work"), server.url() + "/root/jobs.git", TOKEN);
        copy.create();
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < JOBS; i++) {
            yaml.append("job-%d: {script: [\"true\"]}\n".formatted(i));
        }
        Files.writeString(copy.file(".gitlab-ci.yml"), yaml);
        copy.commit("Many jobs");
        copy.push();
        Await.until(
                Duration.ofSeconds(30),
                Duration.ofMillis(50),
                () -> api.get("/projects/" + Api.encoded("root/jobs") + "/pipelines")
                                .isEmpty()
                        ? Optional.empty()
                        : Optional.of(true),
                () -> "the push made no pipeline");
    }

    private void serve() {
        try {
            // Any value has the server hold the request until there is a job, as it does for every runner after its
            // first.
            String lastUpdate = "none";
            while (all.getCount() > 0) {
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
            if (all.getCount() > 0) {
                throw new java.io.UncheckedIOException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(JsonNode job) throws IOException, InterruptedException {
        long now = System.nanoTime();
        firstHandedOut.compareAndSet(0, now);
        lastHandedOut.accumulateAndGet(now, Math::max);
        long id = job.path("id").asLong();
        if (!seen.add(id)) {
            throw new StepFailed("job " + id + " was handed out twice");
        }
        String token = job.path("token").asString();
        send("PUT", "/jobs/" + id, Map.of("token", token, "state", "running"));
        send("PUT", "/jobs/" + id, Map.of("token", token, "state", "success"));
        all.countDown();
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
