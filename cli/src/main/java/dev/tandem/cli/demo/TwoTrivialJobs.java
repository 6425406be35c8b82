package dev.tandem.cli.demo;

import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.StepFailed;
import dev.tandem.cli.drive.WorkingCopy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A pipeline that does nothing: all its time is ours. */
final class TwoTrivialJobs {
    private static final String PROJECT = "root/two-jobs";
    private static final Pattern SCRIPT_TIMES = Pattern.compile("(?m)^(script-started|script-ended) (\\d+)");

    private final Api api;
    private final Pipelines pipelines;
    private final WorkingCopy copy;

    TwoTrivialJobs(Api api, URI server, Path workspace, String token) {
        this.api = api;
        this.pipelines = new Pipelines(api);
        this.copy = new WorkingCopy(workspace.resolve("two-jobs"), server + "/" + PROJECT + ".git", token);
    }

    /** From the pipeline's creation to its end, less what each script measured of itself. */
    double overheadMillis() throws Exception {
        api.post("/projects", Map.of("name", "two-jobs", "path", "two-jobs"));
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
        long pipeline = pipelines.of(PROJECT, commit);
        String status = pipelines.ended(PROJECT, pipeline);
        if (!status.equals("success")) {
            throw new StepFailed("the pipeline of two trivial jobs ended as " + status);
        }
        JsonNode facts = api.get("/projects/" + Api.encoded(PROJECT) + "/pipelines/" + pipeline);
        double wall = Duration.between(time(facts, "created_at"), time(facts, "finished_at"))
                        .toNanos()
                / 1e6;
        return wall - scriptMillis(pipeline);
    }

    private double scriptMillis(long pipeline) throws IOException, InterruptedException {
        double millis = 0;
        for (JsonNode job : pipelines.jobs(PROJECT, pipeline)) {
            Matcher matcher = SCRIPT_TIMES.matcher(pipelines.trace(PROJECT, job));
            while (matcher.find()) {
                double at = Long.parseLong(matcher.group(2)) / 1e6;
                millis += matcher.group(1).equals("script-ended") ? at : -at;
            }
        }
        return millis;
    }

    private static Instant time(JsonNode facts, String field) {
        return OffsetDateTime.parse(facts.path(field).asString()).toInstant();
    }
}
