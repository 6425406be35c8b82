package dev.tandem.e2e;

import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Await;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.cli.drive.Service;
import dev.tandem.cli.drive.StepFailed;
import dev.tandem.cli.drive.WorkingCopy;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A project whose service is one static page that names its version: quick to build, quick to start. */
final class PageProject {
    private static final String NAME = "page";
    static final String PATH = "root/" + NAME;
    private static final Set<String> ENDED = Set.of("success", "failed", "canceled", "skipped");
    private static final Duration LIMIT = Duration.ofSeconds(150);

    private final Api api;
    private final WorkingCopy copy;
    private final String name;

    /** The only one on its server. */
    PageProject(ServerProcess server, Path folder, String token) {
        this(server, folder, token, NAME);
    }

    PageProject(ServerProcess server, Path folder, String token, String name) {
        this.api = new Api(server.url(), token);
        this.copy = new WorkingCopy(folder, server.url() + "/root/" + name + ".git", token);
        this.name = name;
    }

    void create() throws IOException, InterruptedException {
        api.post("/projects", Map.of("name", name, "path", name));
        copy.create();
        Files.createDirectories(copy.file("app/public"));
        Files.writeString(copy.file("app/Procfile"), "web: jwebserver -b 127.0.0.1 -p $PORT -d $PWD/public\n");
        Files.writeString(copy.file(".gitlab-ci.yml"), """
                stages: [check, deploy]
                check:
                  stage: check
                  script: ["echo script-started", "test -s app/public/index.html"]
                deploy:
                  stage: deploy
                  script: ["echo script-started", "tandem deploy production --from app"]
                  environment: {name: production}
                """);
    }

    /** Commits a page that says {@code version}; the commit's id. */
    String commit(String version) throws IOException, InterruptedException {
        Files.writeString(copy.file("app/public/index.html"), version + "\n");
        return copy.commit("Say " + version);
    }

    void push() throws IOException, InterruptedException {
        copy.push();
    }

    void push(String commit, String branch) throws IOException, InterruptedException {
        copy.push(commit, branch);
    }

    /** Changes a file of the next commit. */
    void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    void write(String name, byte[] bytes) throws IOException {
        Files.createDirectories(copy.file(name).getParent());
        Files.write(copy.file(name), bytes);
    }

    void cancel(JsonNode job) throws IOException, InterruptedException {
        api.post(resource() + "/jobs/" + job.path("id").asLong() + "/cancel", Map.of());
    }

    Service service() throws IOException, InterruptedException {
        JsonNode environment = api.get(resource() + "/environments").get(0);
        return new Service(URI.create(environment.path("external_url").asString()));
    }

    List<JsonNode> pipelinesOf(String commit) throws IOException, InterruptedException {
        return list("/pipelines?sha=" + commit);
    }

    /** Waits until the commit has a pipeline, whatever its state. */
    JsonNode awaitPipeline(String commit) throws Exception {
        return Await.until(
                LIMIT,
                Duration.ofMillis(50),
                () -> pipelinesOf(commit).stream().findFirst(),
                () -> "commit " + commit + " has no pipeline");
    }

    /** Waits until the commit has a pipeline and that has ended; its status. */
    String ended(String commit) throws Exception {
        return Await.until(
                LIMIT,
                Duration.ofMillis(100),
                () -> {
                    try {
                        List<JsonNode> pipelines = pipelinesOf(commit);
                        String status = pipelines.isEmpty()
                                ? ""
                                : pipelines.getFirst().path("status").asString();
                        return ENDED.contains(status) ? Optional.of(status) : Optional.empty();
                    } catch (IOException e) {
                        return Optional.empty(); // The server is being killed or started.
                    }
                },
                () -> "the pipeline of " + commit + " did not end: " + describe(commit));
    }

    List<JsonNode> jobs(long pipeline) throws IOException, InterruptedException {
        return list("/pipelines/" + pipeline + "/jobs?include_retried=true");
    }

    List<JsonNode> deployments() throws IOException, InterruptedException {
        return list("/deployments?per_page=100");
    }

    String trace(JsonNode job) throws IOException, InterruptedException {
        return api.getText(resource() + "/jobs/" + job.path("id").asLong() + "/trace");
    }

    static boolean hasEnded(JsonNode statusHolder) {
        return ENDED.contains(statusHolder.path("status").asString());
    }

    private String describe(String commit) {
        try {
            StringBuilder text = new StringBuilder();
            for (JsonNode pipeline : pipelinesOf(commit)) {
                text.append(pipeline.path("status"))
                        .append(' ')
                        .append(jobs(pipeline.path("id").asLong()));
            }
            return text.append(' ').append(deployments()).toString();
        } catch (IOException | StepFailed e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }

    private String resource() {
        return "/projects/" + Api.encoded("root/" + name);
    }

    private List<JsonNode> list(String resource) throws IOException, InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        api.get(resource() + resource).forEach(all::add);
        return all;
    }
}
