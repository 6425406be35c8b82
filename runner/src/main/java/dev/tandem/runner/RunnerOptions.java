package dev.tandem.runner;

import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What somebody who starts a runner on a host says about it.
 *
 * @param work its own folder; made when absent
 * @param name shown in the logs of its jobs
 * @param concurrency jobs at a time
 * @param readable further paths that jobs may read
 * @param programs folders put at the head of every job's PATH
 * @param unsafeShell whether jobs may run without isolation where there is none
 */
public record RunnerOptions(
        URI url,
        String token,
        Path work,
        String name,
        int concurrency,
        List<Path> readable,
        List<Path> programs,
        boolean unsafeShell) {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerOptions.class);

    public RunnerOptions {
        readable = List.copyOf(readable);
        programs = List.copyOf(programs);
    }

    /**
     * Runs until the process is told to end (SIGTERM, SIGINT); jobs are then given up and reported.
     *
     * @throws IllegalArgumentException when an option cannot be
     * @throws IOException when the runner cannot start, with the reason and the mend
     */
    public void runUntilStopped() throws IOException, InterruptedException {
        Files.createDirectories(work);
        var runner = new TandemRunner(config());
        runner.start();
        Runtime.getRuntime().addShutdownHook(new Thread(runner::close, "tandem-runner-close"));
        LOG.info("the runner asks {} for jobs, {} at a time", url, concurrency);
        new CountDownLatch(1).await();
    }

    private RunnerConfig config() throws IOException {
        var config = RunnerConfig.of(url, token, systemId(), work, sandbox())
                .withName(name)
                .withConcurrency(concurrency)
                .withReadable(readable)
                .withPrograms(programs);
        var java = System.getenv("JAVA_HOME");
        return java == null ? config : config.withEnvironment(Map.of("JAVA_HOME", java));
    }

    private Sandbox sandbox() throws IOException {
        return switch (Sandbox.detect(unsafeShell)) {
            case SandboxDetection.Available(var sandbox, var how) -> {
                LOG.info("jobs are {}", how);
                yield sandbox;
            }
            case SandboxDetection.Refused(var reason, var mend) ->
                throw new IOException(
                        reason + " " + mend + " Or, if every job may do what this user may: --unsafe-shell true");
        };
    }

    /** Stays the same for this work folder. */
    private String systemId() throws IOException {
        var file = work.resolve("system-id");
        if (!Files.exists(file)) {
            var letters = "abcdefghijklmnopqrstuvwxyz0123456789";
            var id = new StringBuilder("r_");
            new SecureRandom().ints(12, 0, letters.length()).forEach(at -> id.append(letters.charAt(at)));
            Files.writeString(file, id);
        }
        return Files.readString(file).strip();
    }

    /** Secrets stay out of logs. */
    @Override
    public String toString() {
        return "RunnerOptions[url=" + url + ", work=" + work + ", name=" + name + "]";
    }
}
