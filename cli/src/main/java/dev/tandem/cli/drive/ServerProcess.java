package dev.tandem.cli.drive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server as a child process of this one, on ports of its own. */
public final class ServerProcess implements AutoCloseable {
    public static final String PASSWORD_VARIABLE = "TANDEM_INITIAL_ROOT_PASSWORD";
    public static final String TOKEN_VARIABLE = "TANDEM_INITIAL_ROOT_TOKEN";
    private static final Duration READY = Duration.ofSeconds(120);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Process process;
    private final Path log;
    private final Path data;
    private final int port;
    private final int servicesPort;
    private final Instant started;

    private ServerProcess(Process process, Path log, Path data, int port, int servicesPort, Instant started) {
        this.process = process;
        this.log = log;
        this.data = data;
        this.port = port;
        this.servicesPort = servicesPort;
        this.started = started;
    }

    /** What a server is started with. Ports of 0 are replaced by free ones. */
    public record Options(Path data, int port, int servicesPort, List<String> flags, Map<String, String> environment) {}

    public static ServerProcess start(Options options) throws IOException {
        int port = options.port() == 0 ? freePort() : options.port();
        int servicesPort = options.servicesPort() == 0 ? freePort() : options.servicesPort();
        Files.createDirectories(options.data());
        Path log = options.data().resolve("server.log");
        List<String> command = new ArrayList<>(List.of(
                home().resolve("bin/tandem").toString(),
                "server",
                "--data=" + options.data(),
                "--port=" + port,
                "--services-port=" + servicesPort));
        command.addAll(options.flags());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(options.environment());
        Instant started = Instant.now();
        return new ServerProcess(builder.start(), log, options.data(), port, servicesPort, started);
    }

    /** The folder of this distribution. */
    public static Path home() {
        return Path.of(Objects.requireNonNull(
                System.getenv("TANDEM_HOME"), "TANDEM_HOME is not set; start Tandem through its launcher"));
    }

    public URI url() {
        return URI.create("http://localhost:" + port);
    }

    public int servicesPort() {
        return servicesPort;
    }

    public Path data() {
        return data;
    }

    public Instant started() {
        return started;
    }

    public boolean running() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** The proxy that this server's agent started; it outlives the server, so it is found by its command line. */
    public Optional<ProcessHandle> proxy() {
        String folder = data.toString();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(handle -> isProxy(commandLine(handle.pid()), folder))
                    .findFirst();
        }
    }

    public static double residentMegabytes(long pid) {
        return megabytes(pid, "status", "VmRSS:");
    }

    /** What a process adds to the host: of pages that it shares with others it counts its share only. */
    public static double proportionalMegabytes(long pid) {
        return megabytes(pid, "smaps_rollup", "Pss:");
    }

    private static double megabytes(long pid, String file, String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the memory of process " + pid, e);
        }
    }

    /** The last lines of its log, for the reader of a failure. */
    public List<String> logTail(int lines) throws IOException {
        List<String> all = Files.readAllLines(log);
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }

    /** Kills the server as {@code kill -9} does, and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** What starts the same server again: same folder, same ports. */
    public Options again(List<String> flags) {
        return new Options(data, port, servicesPort, flags, Map.of());
    }

    /** Waits until the server answers that it is ready. */
    public void awaitReady() throws Exception {
        Browser browser = new Browser(url());
        Await.until(
                READY,
                Duration.ofMillis(10),
                () -> answersReady(browser) ? Optional.of(true) : Optional.empty(),
                () -> "the server did not become ready");
    }

    private boolean answersReady(Browser browser) throws IOException, InterruptedException {
        if (!running()) {
            throw new StepFailed("the server ended while starting: " + String.join("\n", logTail(40)));
        }
        try {
            return browser.get("/-/ready").statusCode() == 200;
        } catch (IOException e) {
            return false; // Not listening yet.
        }
    }

    /** Ends the server, waits, and kills it when it does not end. */
    @Override
    public void close() {
        close(STOP);
    }

    /** As {@link #close()}, with the patience that the end of a training run needs: the JVM writes its cache then. */
    public void close(Duration patience) {
        process.destroy();
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The JVM itself: the shell that keeps its output names it as well. */
    private static boolean isProxy(String commandLine, String folder) {
        String program = commandLine.split(" ", 2)[0];
        return program.endsWith("/java")
                && commandLine.contains(" dev.tandem.proxy.Main ")
                && commandLine.contains(folder);
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            // The process ended between listing and reading.
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
