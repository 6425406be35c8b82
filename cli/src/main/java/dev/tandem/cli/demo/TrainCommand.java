package dev.tandem.cli.demo;

import dev.tandem.cli.drive.Browser;
import dev.tandem.cli.drive.Leftovers;
import dev.tandem.cli.drive.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Makes the AOT caches: runs each program once with the flags it always has, plus those that write the cache. */
@Command(name = "train", hidden = true, description = "Makes the AOT caches of this distribution.")
public final class TrainCommand implements Callable<Integer> {
    private static final Duration WRITING = Duration.ofMinutes(8);
    private static final String TRAIN = "TANDEM_TRAIN";

    @Override
    public Integer call() throws Exception {
        boolean commands = trainCommands();
        boolean server = trainServer();
        if (!commands || !server) {
            System.err.println("  AOT cache missing for:" + (commands ? "" : " commands") + (server ? "" : " server"));
        }
        return commands && server ? 0 : 1;
    }

    /** One run records; it goes through the command whose start people wait for most. */
    private static boolean trainCommands() throws IOException, InterruptedException {
        Path config = Files.createTempDirectory("tandem-train-").resolve(".gitlab-ci.yml");
        Files.writeString(config, """
                stages: [build, test]
                variables: {MODE: fast}
                workflow: {rules: [{if: $CI_COMMIT_BRANCH =~ /^ma/}, {changes: ["**/*.c"]}]}
                .base: {before_script: [echo], cache: {key: k, paths: [p]}, image: {name: i}}
                build: {extends: .base, stage: build, script: [make], artifacts: {paths: [out], reports: {junit: r.xml}}}
                test:
                  extends: .base
                  script: [!reference [.base, before_script], make test]
                  parallel: {matrix: [{A: [x, y]}]}
                  needs: [build]
                  rules: [{exists: ["*.yml"], when: manual}, {if: $A == "b" && $B}]
                deploy: {stage: test, script: [x], only: [main], environment: {name: p/$MODE}, timeout: 1h, retry: 1}
                """);
        try {
            ProcessBuilder builder = new ProcessBuilder(
                    ServerProcess.home().resolve("bin/tandem").toString(), "plan", config.toString(), "--json");
            builder.environment().put(TRAIN, "1");
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            return builder.start().waitFor() == 0 && exists("cli");
        } finally {
            Files.delete(config);
            Files.delete(config.getParent());
        }
    }

    private static boolean trainServer() throws Exception {
        Path folder = Files.createTempDirectory("tandem-train-");
        // As in the demo: jobs and services run under uids of their own and must reach their folders below this one.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        String password = "training-" + System.nanoTime();
        String token = "glpat-training-" + System.nanoTime();
        ServerProcess.Options options = new ServerProcess.Options(
                folder.resolve("data"),
                0,
                0,
                List.of("--unsafe-shell=true"),
                Map.of(TRAIN, "1", ServerProcess.PASSWORD_VARIABLE, password, ServerProcess.TOKEN_VARIABLE, token));
        try {
            try (ServerProcess server = ServerProcess.start(options)) {
                visit(server, password);
                // What a machine cannot do (without git, say) is only missing in its cache.
                new Story(server, folder.resolve("work"), password, token, new Report(), line -> {}).tellBeginning();
                server.close(WRITING);
            }
            return exists("server");
        } finally {
            Leftovers.end(folder);
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void visit(ServerProcess server, String password) throws Exception {
        Browser browser = new Browser(server.url());
        server.awaitReady();
        browser.signIn("root", password);
        for (String page :
                List.of("/", "/-/health", "/-/metrics", "/-/profile/tokens", "/-/admin/users", "/api/v4/version")) {
            browser.get(page);
        }
    }

    private static boolean exists(String program) throws IOException {
        try (Stream<Path> caches = Files.list(ServerProcess.home().resolve("aot"))) {
            return caches.anyMatch(cache -> cache.getFileName().toString().matches(program + "-.*\\.aot"));
        }
    }
}
