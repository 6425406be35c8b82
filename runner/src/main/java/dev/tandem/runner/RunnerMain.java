package dev.tandem.runner;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            read(options(arguments)).runUntilStopped();
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

    private static RunnerOptions read(Map<String, String> options) throws IOException {
        return new RunnerOptions(
                URI.create(required(options, "--url")),
                token(options),
                Path.of(required(options, "--work")),
                options.getOrDefault("--name", "tandem"),
                Integer.parseInt(options.getOrDefault("--concurrency", "2")),
                paths(options.getOrDefault("--readable", "")),
                paths(options.getOrDefault("--programs", "")),
                options.getOrDefault("--unsafe-shell", "false").equals("true"));
    }

    private static String token(Map<String, String> options) throws IOException {
        var file = options.get("--token-file");
        var token = file == null ? System.getenv("TANDEM_RUNNER_TOKEN") : Files.readString(Path.of(file));
        if (token == null || token.isBlank()) {
            throw new IllegalArgumentException("no token");
        }
        return token.strip();
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
