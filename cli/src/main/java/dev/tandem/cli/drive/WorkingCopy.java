package dev.tandem.cli.drive;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A developer's checkout, worked on with the real {@code git}. */
public final class WorkingCopy {
    private final Path folder;
    private final String remote;
    private final String token;

    public WorkingCopy(Path folder, String remote, String token) {
        this.folder = folder;
        this.remote = remote;
        this.token = token;
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    public void create() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        git("init", "-q", "-b", "main");
        git("remote", "add", "origin", remote);
    }

    public void replace(String name, String from, String to) throws IOException {
        String text = Files.readString(file(name));
        if (!text.contains(from)) {
            throw new StepFailed(name + " of the sample does not contain '" + from + "'");
        }
        Files.writeString(file(name), text.replace(from, to));
    }

    public static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path source : all.toList()) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(source, target);
                }
            }
        }
    }

    /** Commits everything; the new commit's id. */
    public String commit(String message) throws IOException, InterruptedException {
        git("add", "-A");
        git("-c", "user.name=Robin Rider", "-c", "user.email=robin@example.org", "commit", "-q", "-m", message);
        return git("rev-parse", "HEAD").strip();
    }

    /** @return {@link System#nanoTime()} when git told that the server accepted the push */
    public long push() throws IOException, InterruptedException {
        return push("HEAD", "main");
    }

    /** The same, of any commit to any branch. */
    public long push(String commit, String branch) throws IOException, InterruptedException {
        Process process = start("push", "--porcelain", "-q", "origin", commit + ":refs/heads/" + branch);
        long accepted = 0;
        StringBuilder output = new StringBuilder();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("To ") && accepted == 0) {
                    accepted = System.nanoTime();
                }
                output.append(line).append('\n');
            }
        }
        if (process.waitFor() != 0) {
            throw new StepFailed("git push failed: " + output);
        }
        return accepted == 0 ? System.nanoTime() : accepted;
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new StepFailed("git " + String.join(" ", arguments) + " failed: " + output);
        }
        return output;
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        String credentials = Base64.getEncoder().encodeToString(("root:" + token).getBytes(StandardCharsets.UTF_8));
        // Through the environment, so that the token stands in no process list and no file.
        builder.environment()
                .putAll(Map.of(
                        "GIT_TERMINAL_PROMPT", "0",
                        "GIT_CONFIG_COUNT", "1",
                        "GIT_CONFIG_KEY_0", "http.extraHeader",
                        "GIT_CONFIG_VALUE_0", "Authorization: Basic " + credentials));
        return builder.start();
    }
}
