package dev.tandem.runner;

import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runner as a process of its own. */
public final class RunnerMain {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerMain.class);
    private static final Set<String> OPTIONS = Set.of(
            "--url", "--token-file", "--work", "--name", "--concurrency", "--readable", "--programs", "--unsafe-shell");
    private static final String USAGE = """
            usage: --url URL --work FOLDER [--token-file FILE] [--name NAME] [--concurrency N]
                   [--readable PATH:PATH] [--programs FOLDER:FOLDER] [--unsafe-shell true]
            The token is read from --token-file or from the variable TANDEM_RUNNER_TOKEN.""";

    private RunnerMain() {}

    /** Runs until SIGTERM or SIGINT; exits with 2 for a wrong command line and 1 when it cannot start. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            var options = options(arguments);
            var runner = new TandemRunner(config(options));
            runner.start();
            Runtime.getRuntime().addShutdownHook(new Thread(runner::close, "tandem-runner-close"));
            new CountDownLatch(1).await();
        } catch (IllegalArgumentException e) {
            LOG.error("{}\n{}", e.getMessage(), USAGE);
            System.exit(2);
        } catch (IOException e) {
            LOG.error("the runner cannot start: {}", e.getMessage());
            System.exit(1);
        }
    }

    private static Map<String, String> options(String[] arguments) {
        var options = new HashMap<String, String>();
        for (var at = 0; at < arguments.length; at += 2) {
            if (!OPTIONS.contains(arguments[at]) || at + 1 == arguments.length) {
                throw new IllegalArgumentException("unknown option or no value: " + arguments[at]);
            }
            options.put(arguments[at], arguments[at + 1]);
        }
        return options;
    }

    private static RunnerConfig config(Map<String, String> options) throws IOException {
        var work = Files.createDirectories(Path.of(required(options, "--work")));
        var sandbox = sandbox(options.getOrDefault("--unsafe-shell", "false").equals("true"));
        var config = RunnerConfig.of(
                        URI.create(required(options, "--url")), token(options), systemId(work), work, sandbox)
                .withName(options.getOrDefault("--name", "tandem"))
                .withConcurrency(Integer.parseInt(options.getOrDefault("--concurrency", "2")))
                .withReadable(paths(options.getOrDefault("--readable", "")))
                .withPrograms(paths(options.getOrDefault("--programs", "")));
        var java = System.getenv("JAVA_HOME");
        return java == null ? config : config.withEnvironment(Map.of("JAVA_HOME", java));
    }

    private static Sandbox sandbox(boolean unsafeAllowed) throws IOException {
        return switch (Sandbox.detect(unsafeAllowed)) {
            case SandboxDetection.Available(var sandbox, var how) -> {
                LOG.info("jobs are {}", how);
                yield sandbox;
            }
            case SandboxDetection.Refused(var reason, var mend) ->
                throw new IOException(
                        reason + " " + mend + " Or, if every job may do what this user may: --unsafe-shell true");
        };
    }

    private static String token(Map<String, String> options) throws IOException {
        var file = options.get("--token-file");
        var token = file == null ? System.getenv("TANDEM_RUNNER_TOKEN") : Files.readString(Path.of(file));
        if (token == null || token.isBlank()) {
            throw new IllegalArgumentException("no token");
        }
        return token.strip();
    }

    /** Stays the same for this work folder. */
    private static String systemId(Path work) throws IOException {
        var file = work.resolve("system-id");
        if (!Files.exists(file)) {
            var letters = "abcdefghijklmnopqrstuvwxyz0123456789";
            var id = new StringBuilder("r_");
            new SecureRandom().ints(12, 0, letters.length()).forEach(at -> id.append(letters.charAt(at)));
            Files.writeString(file, id);
        }
        return Files.readString(file).strip();
    }

    private static String required(Map<String, String> options, String name) {
        var value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static List<Path> paths(String joined) {
        return Arrays.stream(joined.split(":", -1))
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .toList();
    }
}
