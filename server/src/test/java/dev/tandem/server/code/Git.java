package dev.tandem.server.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real git program in one working copy, deaf to the configuration of whoever runs the tests. */
final class Git {
    private final Path folder;

    private Git(Path folder) {
        this.folder = folder;
    }

    /** What a command came to; {@code output} is both streams. */
    record Outcome(int exit, String output) {
        boolean ok() {
            return exit == 0;
        }
    }

    /** A new repository with one commit that holds README.md, on branch main. */
    static Git init(Path folder) {
        Git git = in(folder);
        git.must("init", "-q", "-b", "main");
        git.commit("README.md", "hello\n", "First");
        return git;
    }

    static Git in(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Git(folder);
    }

    Path folder() {
        return folder;
    }

    String commit(String file, String content, String message) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        must("add", "-A");
        must("commit", "-q", "-m", message);
        return head();
    }

    String head() {
        return must("rev-parse", "HEAD").strip();
    }

    /** @return the output @throws AssertionError when the command fails */
    String must(String... arguments) {
        Outcome outcome = run(arguments);
        if (!outcome.ok()) {
            throw new AssertionError("git " + String.join(" ", arguments) + ": " + outcome.output());
        }
        return outcome.output();
    }

    Outcome run(String... arguments) {
        try {
            Process process = start(arguments);
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("git " + String.join(" ", arguments) + " takes too long");
            }
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "git",
                "-c",
                "user.name=Mei",
                "-c",
                "user.email=mei@example.test",
                "-c",
                "commit.gpgsign=false",
                "-c",
                "credential.helper="));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }
}
