package dev.tandem.bench;

import dev.tandem.bench.Figures.Better;
import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Push and clone of a repository of 20,000 commits, ours and stock git by turns in the same run. */
final class GitBench {
    private static final int COMMITS = 20_000;
    private static final int ROUNDS = 5;
    private static final String TOKEN = "glpat-git-bench-token-01";

    private GitBench() {}

    static void run(Figures figures) throws Exception {
        if (!StockGitServer.available()) {
            figures.skipped("push and clone beside git http-backend", "apt-get install lighttpd");
            return;
        }
        Path folder = Files.createTempDirectory("tandem-git-bench-");
        try (ServerProcess ours = start(folder);
                StockGitServer stock = StockGitServer.start(folder)) {
            ours.awaitReady();
            measure(figures, folder, Git.generate(folder, COMMITS), new Api(ours.url(), TOKEN), ours, stock);
        } finally {
            Leftovers.end(folder);
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void measure(
            Figures figures, Path folder, Path source, Api api, ServerProcess ours, StockGitServer stock)
            throws Exception {
        double[] pushRatio = new double[ROUNDS];
        double[] cloneRatio = new double[ROUNDS];
        double[] ourClone = new double[ROUNDS];
        double[] ourPush = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            api.post("/projects", Map.of("name", "bench" + round, "path", "bench" + round));
            String ourUrl = ours.url() + "/root/bench" + round + ".git";
            String stockUrl = stock.create("bench" + round);
            // By turns, so that neither always finds what the other has just left in the disk's cache.
            boolean oursFirst = round % 2 == 0;
            double stockPush = oursFirst ? 0 : push(source, stockUrl);
            ourPush[round] = push(source, ourUrl);
            pushRatio[round] = ourPush[round] / (oursFirst ? push(source, stockUrl) : stockPush);
            double stockClone = oursFirst ? 0 : clone(folder, stockUrl, "stock" + round);
            ourClone[round] = clone(folder, ourUrl, "ours" + round);
            cloneRatio[round] = ourClone[round] / (oursFirst ? clone(folder, stockUrl, "stock" + round) : stockClone);
        }
        System.err.printf(
                "push %.2f s, clone %.2f s (median, ours)%n", Figures.median(ourPush), Figures.median(ourClone));
        figures.add("push of 20,000 commits, times git http-backend", "", Better.LOWER, 1.5, pushRatio);
        figures.add("clone of 20,000 commits, times git http-backend", "", Better.LOWER, 1.3, cloneRatio);
    }

    private static ServerProcess start(Path folder) throws Exception {
        return ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                List.of("--runner-concurrency=0", "--agent=false"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, "git-bench", ServerProcess.TOKEN_VARIABLE, TOKEN)));
    }

    private static double push(Path source, String url) throws Exception {
        long started = System.nanoTime();
        Git.run(source, credentials(), "push", "-q", url, "main");
        return (System.nanoTime() - started) / 1e9;
    }

    private static double clone(Path folder, String url, String name) throws Exception {
        long started = System.nanoTime();
        Git.run(folder, credentials(), "clone", "-q", "--bare", url, name);
        return (System.nanoTime() - started) / 1e9;
    }

    private static Map<String, String> credentials() {
        String basic = Base64.getEncoder().encodeToString(("root:" + TOKEN).getBytes(StandardCharsets.UTF_8));
        return Map.of(
                "GIT_CONFIG_COUNT", "1",
                "GIT_CONFIG_KEY_0", "http.extraHeader",
                "GIT_CONFIG_VALUE_0", "Authorization: Basic " + basic);
    }
}
