package dev.tandem.bench;

import dev.tandem.bench.Figures.Better;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.cli.drive.StepFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The figures that the demo measures, over several whole runs of it. */
final class DemoBench {
    private static final int RUNS = 3;

    private DemoBench() {}

    static void run(Figures figures) throws IOException, InterruptedException {
        List<JsonNode> runs = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            runs.add(demo());
        }
        figures.add("server ready, first signed-in page", "s", Better.LOWER, 2.0, samples(runs, "serverReadySeconds"));
        figures.add(
                "resident memory after the demo", "MB", Better.LOWER, 250, samples(runs, "residentMemoryMegabytes"));
        // Beside the server, that is: the JVM's own pages are there already.
        figures.add("memory that the proxy adds", "MB", Better.LOWER, 60, samples(runs, "proxyAddedMemoryMegabytes"));
        figures.add(
                "push accepted to first log line", "ms", Better.LOWER, 300, samples(runs, "pushToFirstLogLineMillis"));
        figures.add(
                "two trivial jobs beyond their scripts",
                "ms",
                Better.LOWER,
                500,
                samples(runs, "pipelineOverheadMillis"));
        figures.add(
                "requests failed by a rolling deployment",
                "",
                Better.LOWER,
                0,
                samples(runs, "requestsFailedDuringGoodRollout"));
    }

    private static JsonNode demo() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ServerProcess.home().resolve("bin/tandem").toString(), "demo", "--headless", "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new StepFailed("the demo failed: " + output);
        }
        return JsonMapper.builder()
                .build()
                .readTree(output.lines().toList().getLast())
                .path("figures");
    }

    private static double[] samples(List<JsonNode> runs, String figure) {
        return runs.stream().mapToDouble(run -> run.path(figure).asDouble()).toArray();
    }
}
