package dev.tandem.cli.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/** The git of this machine, asked about one folder. */
final class Git {
    private final Path folder;
    private final Map<String, String> environment;

    Git(Path folder) {
        this(folder, Map.of());
    }

    /** @param environment added to the caller's */
    Git(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** What it printed; a failure is an exception with git's own words. */
    String must(String... arguments) throws IOException {
        return text(bytes(arguments));
    }

    byte[] bytes(String... arguments) throws IOException {
        Said said = say(arguments);
        if (said.code() != 0) {
            throw new IOException("git " + arguments[0] + ": " + said.error());
        }
        return said.output();
    }

    /** What it printed; empty when it failed. */
    Optional<String> ask(String... arguments) throws IOException {
        Said said = say(arguments);
        return said.code() == 0 ? Optional.of(text(said.output())) : Optional.empty();
    }

    private record Said(int code, byte[] output, String error) {}

    private Said say(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        // A hook that calls us has variables that point elsewhere.
        builder.environment().keySet().removeIf(key -> key.startsWith("GIT_") && !key.startsWith("GIT_CONFIG"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        FutureTask<String> error =
                new FutureTask<>(() -> text(process.getErrorStream().readAllBytes()));
        Thread.ofVirtual().start(error);
        try {
            byte[] output = process.getInputStream().readAllBytes();
            return new Said(process.waitFor(), output, error.get());
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            process.destroyForcibly();
            throw new IOException("git " + arguments[0] + " did not end", e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }
}
