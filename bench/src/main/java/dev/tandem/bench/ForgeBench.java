package dev.tandem.bench;

import dev.tandem.bench.Figures.Better;
import dev.tandem.cli.drive.Api;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import dev.tandem.cli.drive.StepFailed;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A public repository of 100,000 files and 50,000 commits, read by 50 people who look at a page, read it for a second, and look
 * at another; then searched by them. They are not signed in, which saves each page one look into the database. Says how long pages took and what memory the server had.
 */
final class ForgeBench {
    private static final int FILES = 100_000;
    private static final int COMMITS = 50_000;
    private static final int PEOPLE = 50;
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("tandem.forge.seconds", 60));
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final String TOKEN = "glpat-forge-bench-token";
    private static final String PROJECT = "/root/forge";
    private static final List<String> PAGES = List.of(
            "/",
            PROJECT,
            PROJECT + "/-/tree/main/dir0042",
            PROJECT + "/-/blob/main/dir0042/file17.java",
            PROJECT + "/-/blame/main/dir0001/file1.java",
            PROJECT + "/-/commits/main",
            PROJECT + "/-/commit/main",
            PROJECT + "/-/branches",
            PROJECT + "/-/pipelines",
            PROJECT + "/-/compare/old...main");
    private static final List<String> SEARCHES =
            List.of("value_4242", "needle", "return+value_99", "class+File17", "value_%5B0-9%5D%2B7777&regex=true");

    private ForgeBench() {}

    static void run(Figures figures) throws Exception {
        Path folder = Files.createTempDirectory("tandem-forge-bench-");
        try (ServerProcess server = ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                List.of("--runner-concurrency=0", "--agent=false"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, "forge-bench", ServerProcess.TOKEN_VARIABLE, TOKEN)))) {
            server.awaitReady();
            fill(folder, server);
            measure(figures, server);
        } finally {
            Leftovers.end(folder);
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void measure(Figures figures, ServerProcess server) throws Exception {
        Visitors warming = new Visitors(server.url(), PAGES);
        warming.visit(Duration.ofSeconds(10));
        Visitors reading = new Visitors(server.url(), PAGES);
        reading.visit(LENGTH);
        reading.print();
        figures.add("ten pages, 50 people, 100,000 files: p95", "ms", Better.LOWER, 150, reading.percentile(0.95));
        figures.add("the same: p50", "ms", Better.LOWER, 150, reading.percentile(0.5));
        Visitors searching = new Visitors(
                server.url(),
                SEARCHES.stream()
                        .map(search -> PROJECT + "/-/search?search=" + search)
                        .toList());
        searching.visit(LENGTH);
        searching.print();
        figures.add("search, 50 people, 100,000 files: p95", "ms", Better.LOWER, 200, searching.percentile(0.95));
        figures.add(
                "resident memory after that", "MB", Better.LOWER, 512, ServerProcess.residentMegabytes(server.pid()));
    }

    private static void fill(Path folder, ServerProcess server) throws Exception {
        Api api = new Api(server.url(), TOKEN);
        api.post("/projects", Map.of("name", "forge", "path", "forge", "visibility", "public"));
        Path source = Files.createDirectories(folder.resolve("source"));
        Git.run(source, "init", "-q", "-b", "main");
        Process process = new ProcessBuilder("git", "fast-import", "--quiet")
                .directory(source.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (PrintStream out = new PrintStream(process.getOutputStream(), false, StandardCharsets.UTF_8)) {
            write(out);
        }
        if (process.waitFor() != 0) {
            throw new StepFailed("git fast-import failed");
        }
        String basic = Base64.getEncoder().encodeToString(("root:" + TOKEN).getBytes(StandardCharsets.UTF_8));
        long began = System.nanoTime();
        Git.run(
                source,
                Map.of(
                        "GIT_CONFIG_COUNT", "1",
                        "GIT_CONFIG_KEY_0", "http.extraHeader",
                        "GIT_CONFIG_VALUE_0", "Authorization: Basic " + basic),
                "push",
                "-q",
                server.url() + PROJECT + ".git",
                "main",
                "old");
        System.err.printf("push: %.1f s%n", (System.nanoTime() - began) / 1e9);
        awaitIndex(server, began);
    }

    /** Until then a search reads files, for as long as it may. */
    private static void awaitIndex(ServerProcess server, long began) throws Exception {
        Visitors one = new Visitors(server.url(), List.of(PROJECT + "/-/search?search=value_4242"));
        while (one.once(PROJECT + "/-/search?search=value_4242") > 500) {
            if (System.nanoTime() - began > 600_000_000_000L) {
                throw new StepFailed("the repository is not indexed after 10 minutes");
            }
        }
        System.err.printf("push and index: %.1f s%n", (System.nanoTime() - began) / 1e9);
    }

    private static void write(PrintStream out) {
        Random random = new Random(11);
        out.print(commit("main", 0, "All files"));
        for (int i = 0; i < FILES; i++) {
            file(out, i / 100, i % 100, random, 0);
        }
        for (int i = 1; i < COMMITS; i++) {
            if (i == COMMITS - 20) {
                out.print("reset refs/heads/old\nfrom refs/heads/main\n");
            }
            out.print(commit("main", i, "Change number " + i));
            int which = random.nextInt(FILES);
            file(out, which / 100, which % 100, random, i);
        }
        out.print("done\n");
        out.flush();
    }

    private static String commit(String branch, int number, String message) {
        return "commit refs/heads/" + branch + "\ncommitter Robin Rider <robin@example.org> "
                + (1_700_000_000L + number * 60L) + " +0000\ndata " + message.length() + "\n" + message + "\n";
    }

    private static void file(PrintStream out, int folder, int file, Random random, int version) {
        StringBuilder text = new StringBuilder("// version " + version + "\nclass File" + file + " {\n");
        for (int line = 0; line < 30; line++) {
            text.append("    int method")
                    .append(line)
                    .append("() { return value_")
                    .append(random.nextInt(1_000_000))
                    .append("; }\n");
        }
        text.append("}\n");
        out.printf("M 100644 inline dir%04d/file%d.java%ndata %d%n%s%n", folder, file, text.length(), text);
    }

    /** People who look at one page after the other. */
    private static final class Visitors {
        private final URI server;
        private final List<String> pages;
        private final HttpClient client = HttpClient.newHttpClient();
        private final Map<String, ConcurrentLinkedQueue<Double>> times = new TreeMap<>();
        private final ConcurrentMap<String, Integer> failures = new ConcurrentSkipListMap<>();

        Visitors(URI server, List<String> pages) {
            this.server = server;
            this.pages = pages;
            pages.forEach(page -> times.put(page, new ConcurrentLinkedQueue<>()));
        }

        void visit(Duration length) throws InterruptedException {
            long end = System.nanoTime() + length.toNanos();
            try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int person = 0; person < PEOPLE; person++) {
                    Random random = new Random(person);
                    people.submit(() -> {
                        while (System.nanoTime() < end) {
                            TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1000));
                            String page = pages.get(random.nextInt(pages.size()));
                            look(page);
                        }
                        return null;
                    });
                }
            }
        }

        /** A page that fails, or takes longer than anybody waits, counts with the time it took and is told of. */
        private void look(String page) throws InterruptedException {
            long began = System.nanoTime();
            try {
                once(page);
            } catch (IOException e) {
                failures.merge(page + ": " + e, 1, Integer::sum);
            }
            Objects.requireNonNull(times.get(page), page).add((System.nanoTime() - began) / 1e6);
        }

        /** Milliseconds until the whole page is there. */
        double once(String page) throws IOException, InterruptedException {
            long began = System.nanoTime();
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(server.resolve(page))
                            .timeout(LONGEST)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException("answered " + answer.statusCode());
            }
            return (System.nanoTime() - began) / 1e6;
        }

        double percentile(double part) {
            List<Double> all = new ArrayList<>();
            times.values().forEach(all::addAll);
            return percentile(all, part);
        }

        private static double percentile(List<Double> all, double part) {
            List<Double> sorted = all.stream().sorted().toList();
            return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * part));
        }

        void print() {
            failures.forEach((what, count) -> System.err.println("FAILED " + count + " times: " + what));
            times.forEach((page, all) -> System.err.printf(
                    "%-70s n=%-5d p50 %6.0f ms  p95 %6.0f ms%n",
                    page, all.size(), percentile(List.copyOf(all), 0.5), percentile(List.copyOf(all), 0.95)));
        }
    }
}
