package dev.tandem.bench;

import dev.tandem.agent.AgentConfig;
import dev.tandem.cli.drive.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Our proxy and HAProxy before the same origin (an HAProxy that answers by itself), by turns in the same run, measured by
 * wrk: requests per second over 32 connections, and the latency that each adds over one connection.
 */
final class ProxyBench {
    private static final int ROUNDS = 5;
    private static final int SECONDS = 4;
    private static final String HOST = "bench.localhost";
    private static final Pattern PER_SECOND = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern MEDIAN = Pattern.compile("\\s50%\\s+([0-9.]+)(us|ms|s)");

    private ProxyBench() {}

    static void run(Figures figures) throws Exception {
        if (!Files.isExecutable(Path.of("/usr/sbin/haproxy")) || !Files.isExecutable(Path.of("/usr/bin/wrk"))) {
            figures.skipped("proxy beside HAProxy", "apt-get install haproxy wrk");
            return;
        }
        Path folder = Files.createTempDirectory("tandem-proxy-bench-");
        int origin = freePort();
        List<Process> started = new ArrayList<>();
        try {
            started.add(haproxy(folder, "origin", """
                    frontend origin
                      bind 127.0.0.1:%d
                      http-request return status 200 content-type text/plain string "hello"
                    """.formatted(origin)));
            int theirs = freePort();
            started.add(haproxy(folder, "front", """
                    frontend front
                      bind 127.0.0.1:%d
                      default_backend origin
                    backend origin
                      server one 127.0.0.1:%d
                    """.formatted(theirs, origin)));
            Process proxy = ours(folder, origin);
            started.add(proxy);
            measure(figures, origin, portOf(folder), theirs);
        } finally {
            started.forEach(Process::destroy);
            started.forEach(process -> process.onExit().join());
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void measure(Figures figures, int origin, int ours, int theirs) throws Exception {
        // Both get the same warm-up; ours has a compiler to warm.
        wrk(ours, 32, SECONDS);
        wrk(theirs, 32, SECONDS);
        double[] throughput = new double[ROUNDS];
        double[] theirThroughput = new double[ROUNDS];
        double[] added = new double[ROUNDS];
        double[] theirAdded = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            throughput[round] = perSecond(wrk(ours, 32, SECONDS));
            theirThroughput[round] = perSecond(wrk(theirs, 32, SECONDS));
            double direct = medianMillis(wrk(origin, 1, 2));
            added[round] = medianMillis(wrk(ours, 1, 2)) - direct;
            theirAdded[round] = medianMillis(wrk(theirs, 1, 2)) - direct;
        }
        figures.beside("requests per second through the proxy, HAProxy's beside", "/s", throughput, theirThroughput);
        figures.beside(
                "latency added by the proxy (median, one connection), HAProxy's beside", "ms", added, theirAdded);
    }

    private static Process haproxy(Path folder, String name, String sections) throws IOException {
        Path configuration = folder.resolve(name + ".cfg");
        Files.writeString(configuration, """
                global
                  nbthread 1
                defaults
                  mode http
                  timeout client 30s
                  timeout server 30s
                  timeout connect 2s
                  http-reuse always
                """ + sections);
        return new ProcessBuilder("/usr/sbin/haproxy", "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
    }

    /** As the agent starts it: same flags, same class path, told what to route by the file it reads at its start. */
    private static Process ours(Path folder, int origin) throws IOException {
        Path own = Files.createDirectories(folder.resolve("proxy"));
        Files.writeString(own.resolve("routes.json"), """
                {"version":1,"services":[{"key":"bench","hosts":["%s"],"revisions":[
                  {"id":"one","weight":100,"instances":[{"host":"127.0.0.1","port":%d}]}]}]}
                """.formatted(HOST, origin));
        List<String> command = new ArrayList<>(AgentConfig.javaProxy(
                Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("tandem.proxy.classpath")));
        command.addAll(List.of("--listen", "127.0.0.1:0", "--folder", own.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("proxy.log").toFile())
                .start();
    }

    private static int portOf(Path folder) throws Exception {
        Pattern listens = Pattern.compile("listens on port (\\d+)");
        return Await.until(
                Duration.ofSeconds(20),
                Duration.ofMillis(20),
                () -> {
                    Matcher matcher = listens.matcher(Files.readString(folder.resolve("proxy.log")));
                    return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
                },
                () -> "the proxy does not listen");
    }

    private static String wrk(int port, int connections, int seconds) throws Exception {
        Process wrk = new ProcessBuilder(
                        "/usr/bin/wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds,
                        "--latency",
                        "-H",
                        "Host: " + HOST,
                        "http://127.0.0.1:" + port + "/")
                .redirectErrorStream(true)
                .start();
        String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (wrk.waitFor() != 0 || output.contains("Non-2xx") || output.contains("Socket errors")) {
            throw new IOException("wrk on port " + port + ": " + output);
        }
        return output;
    }

    private static double perSecond(String output) throws IOException {
        return Double.parseDouble(found(PER_SECOND, output).group(1));
    }

    private static double medianMillis(String output) throws IOException {
        Matcher median = found(MEDIAN, output);
        double value = Double.parseDouble(median.group(1));
        return switch (median.group(2)) {
            case "us" -> value / 1000;
            case "s" -> value * 1000;
            default -> value;
        };
    }

    private static Matcher found(Pattern pattern, String output) throws IOException {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IOException("wrk printed no " + pattern + ": " + output);
        }
        return matcher;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
