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
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A public repository of 100,000 files and 50,000 commits, read by 50 people who look at a page, read it for a second on average, and look
 * at another; then searched by them; then both without a pause. They are not signed in, which saves each page one look into the database. Says how
 * long pages took, what processor time one of each costs the server, and what memory it had. {@code bench/README.md} says why so.
 */
final class ForgeBench {
    private static final int FILES = 100_000;
    private static final int COMMITS = 50_000;
    private static final int PEOPLE = 50;
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("tandem.forge.seconds", 60));
    private static final Duration WARMING = Duration.ofSeconds(Integer.getInteger("tandem.forge.warming", 20));
    private static final int LOOKS = 20;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final String TOKEN = "glpat-forge-bench-token";
    private static final String PROJECT = "/root/forge";
    private static final int RECENT = 2000;

    private ForgeBench() {}

    /** A kind of page; each look is at another one of it. */
    private record Kind(String name, Function<Random, String> address) {
        static Kind one(String address) {
            return new Kind(address, random -> address);
        }
    }

    private static List<Kind> pages(List<String> commits) {
        return List.of(
                Kind.one("/"),
                Kind.one(PROJECT),
                new Kind("a folder", random -> PROJECT + "/-/tree/main/" + folder(random)),
                new Kind("a file", random -> PROJECT + "/-/blob/main/" + file(random)),
                new Kind("who wrote a file", random -> PROJECT + "/-/blame/main/" + file(random)),
                new Kind(
                        "commits of all and of a file",
                        random -> PROJECT + "/-/commits/main" + (random.nextBoolean() ? "" : "/" + file(random))),
                new Kind("a commit", random -> PROJECT + "/-/commit/" + commits.get(random.nextInt(commits.size()))),
                Kind.one(PROJECT + "/-/branches"),
                Kind.one(PROJECT + "/-/pipelines"),
                Kind.one(PROJECT + "/-/compare/old...main"));
    }

    private static final List<Kind> SEARCHES = List.of(
            search("a word that stands in some files", random -> "value_" + (100_000 + random.nextInt(900_000))),
            search("the beginning of such a word", random -> "value_" + (1_000 + random.nextInt(9_000))),
            search("words that stand in 1,000 files", random -> "class+File" + random.nextInt(100)),
            search("a word that stands nowhere", random -> "needle" + random.nextInt(1000)),
            search(
                    "an expression with a word in it",
                    random -> "value_" + (10_000 + random.nextInt(90_000)) + "%5B0-4%5D%3B&regex=true"));

    /** Which nothing but reading many files answers. */
    private static final Kind HARD_SEARCH = search(
            "an expression that says little",
            random -> "value_%5B0-9%5D%2B" + (1_000 + random.nextInt(9_000)) + "&regex=true");

    private static Kind search(String name, Function<Random, String> words) {
        return new Kind("search: " + name, random -> PROJECT + "/-/search?search=" + words.apply(random));
    }

    private static String folder(Random random) {
        return "dir%04d".formatted(random.nextInt(FILES / 100));
    }

    private static String file(Random random) {
        return folder(random) + "/file" + random.nextInt(100) + ".java";
    }

    /** Between two pages that one looks at. */
    private enum Pause {
        NONE(0),
        ONE_SECOND(1000),
        FIVE_SECONDS(5000);

        private final int millis;

        Pause(int millis) {
            this.millis = millis;
        }

        /** That long on average. */
        void take(Random random) throws InterruptedException {
            if (millis > 0) {
                TimeUnit.MILLISECONDS.sleep(millis / 2 + random.nextInt(millis));
            }
        }
    }

    /** With {@code -Dtandem.forge.folder} the filled server is kept there and used again. */
    static void run(Figures figures) throws Exception {
        String kept = System.getProperty("tandem.forge.folder", "");
        if (!kept.isEmpty()) {
            run(figures, Files.createDirectories(Path.of(kept)));
            return;
        }
        Path folder = Files.createTempDirectory("tandem-forge-bench-");
        try {
            run(figures, folder);
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void run(Figures figures, Path folder) throws Exception {
        Path filled = folder.resolve("filled");
        try (ServerProcess server = ServerProcess.start(new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                List.of("--runner-concurrency=0", "--agent=false"),
                Map.of(ServerProcess.PASSWORD_VARIABLE, "forge-bench", ServerProcess.TOKEN_VARIABLE, TOKEN)))) {
            server.awaitReady();
            if (!Files.exists(filled)) {
                fill(folder, server);
                Files.createFile(filled);
            }
            awaitNotes(folder.resolve("data/repositories"));
            measure(figures, server, folder.resolve("source"));
        } finally {
            Leftovers.end(folder);
        }
    }

    private static void measure(Figures figures, ServerProcess server, Path source) throws Exception {
        List<String> commits = Git.run(source, "rev-list", "-n", Integer.toString(RECENT), "main")
                .lines()
                .toList();
        List<Kind> pages = pages(commits);
        new Visitors(server.url(), pages).visit(WARMING, Pause.ONE_SECOND);
        Visitors reading = visit(server, pages, Pause.ONE_SECOND);
        figures.add("ten pages, 50 people, 100,000 files: p95", "ms", Better.LOWER, 150, reading.percentile(0.95));
        figures.add("the same: p50", "ms", Better.LOWER, 150, reading.percentile(0.5));
        new Visitors(server.url(), SEARCHES).visit(WARMING, Pause.FIVE_SECONDS);
        Visitors searching = visit(server, SEARCHES, Pause.FIVE_SECONDS);
        figures.add("search, 50 people, 100,000 files: p95", "ms", Better.LOWER, 200, searching.percentile(0.95));
        figures.add("the same: p50", "ms", Better.LOWER, 200, searching.percentile(0.5));
        figures.add(
                "resident memory after that", "MB", Better.LOWER, 512, ServerProcess.residentMegabytes(server.pid()));
        hurried(figures, "ten pages", visit(server, pages, Pause.NONE));
        hurried(figures, "searches", visit(server, SEARCHES, Pause.NONE));
        figures.add(
                "resident memory after that", "MB", Better.LOWER, 512, ServerProcess.residentMegabytes(server.pid()));
        for (Kind kind : Stream.of(pages, SEARCHES, List.of(HARD_SEARCH))
                .flatMap(List::stream)
                .toList()) {
            System.err.printf("%-50s processor time %6.1f ms%n", kind.name(), processorMillis(server, kind));
        }
    }

    private static void hurried(Figures figures, String what, Visitors visitors) {
        figures.add(what + " without a pause", "per s", Better.HIGHER, 0, visitors.perSecond());
        figures.add("the same: p95, which has no budget", "ms", Better.LOWER, 1e6, visitors.percentile(0.95));
    }

    private static Visitors visit(ServerProcess server, List<Kind> kinds, Pause pause) throws InterruptedException {
        Visitors visitors = new Visitors(server.url(), kinds);
        visitors.visit(LENGTH, pause);
        System.err.printf("--- pause: %s%n", pause);
        visitors.print();
        return visitors;
    }

    /** What one look at a page costs the server: the figure that compares on a busy machine. */
    private static double processorMillis(ServerProcess server, Kind kind) throws IOException, InterruptedException {
        Visitors one = new Visitors(server.url(), List.of(kind));
        Random random = new Random(5);
        Duration before = processorTime(server);
        for (int i = 0; i < LOOKS; i++) {
            one.once(kind.address().apply(random));
        }
        return processorTime(server).minus(before).toMillis() / (double) LOOKS;
    }

    private static Duration processorTime(ServerProcess server) {
        return ProcessHandle.of(server.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
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
        // As a clone is that git looked after; fast-import leaves the newest files at the end of long chains of
        // differences.
        Git.run(source, "repack", "-a", "-d", "-f", "-q");
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
        Visitors one = new Visitors(server.url(), SEARCHES);
        while (one.once(PROJECT + "/-/search?search=value_4242") > 500) {
            if (System.nanoTime() - began > 600_000_000_000L) {
                throw new StepFailed("the repository is not indexed after 10 minutes");
            }
        }
        System.err.printf("push and index: %.1f s%n", (System.nanoTime() - began) / 1e9);
    }

    /** The server packs what was pushed within 10 minutes or so, and then notes which commit last changed each file. */
    private static void awaitNotes(Path repositories) throws Exception {
        long began = System.nanoTime();
        while (!hasNotes(repositories)) {
            if (System.nanoTime() - began > 1_800_000_000_000L) {
                throw new StepFailed("the repository is not packed after 30 minutes");
            }
            TimeUnit.SECONDS.sleep(1);
        }
        System.err.printf("packed after another %.0f s%n", (System.nanoTime() - began) / 1e9);
    }

    private static boolean hasNotes(Path repositories) throws IOException {
        try (Stream<Path> all = Files.list(repositories)) {
            return all.anyMatch(repository -> Files.exists(repository.resolve("objects/info/last-commits.zip")));
        }
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
        private final List<Kind> kinds;
        private final HttpClient client = HttpClient.newHttpClient();
        private final Map<String, ConcurrentLinkedQueue<Double>> times = new TreeMap<>();
        private final ConcurrentMap<String, Integer> failures = new ConcurrentSkipListMap<>();
        private double seconds;

        Visitors(URI server, List<Kind> kinds) {
            this.server = server;
            this.kinds = kinds;
            kinds.forEach(kind -> times.put(kind.name(), new ConcurrentLinkedQueue<>()));
        }

        void visit(Duration length, Pause pause) throws InterruptedException {
            long began = System.nanoTime();
            long end = began + length.toNanos();
            try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int person = 0; person < PEOPLE; person++) {
                    Random random = new Random(person);
                    people.submit(() -> {
                        while (System.nanoTime() < end) {
                            pause.take(random);
                            look(kinds.get(random.nextInt(kinds.size())), random);
                        }
                        return null;
                    });
                }
            }
            seconds = (System.nanoTime() - began) / 1e9;
        }

        double perSecond() {
            return times.values().stream().mapToInt(ConcurrentLinkedQueue::size).sum() / seconds;
        }

        /** A page that fails, or takes longer than anybody waits, counts with the time it took and is told of. */
        private void look(Kind kind, Random random) throws InterruptedException {
            String page = kind.address().apply(random);
            long began = System.nanoTime();
            try {
                once(page);
            } catch (IOException e) {
                failures.merge(page + ": " + e, 1, Integer::sum);
            }
            Objects.requireNonNull(times.get(kind.name()), kind.name()).add((System.nanoTime() - began) / 1e6);
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
                    "%-50s n=%-5d p50 %6.0f ms  p95 %6.0f ms%n",
                    page, all.size(), percentile(List.copyOf(all), 0.5), percentile(List.copyOf(all), 0.95)));
        }
    }
}
