package dev.tandem.bench;

import dev.tandem.cli.drive.StepFailed;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The real {@code git} program. */
final class Git {
    private Git() {}

    static String run(Path folder, String... arguments) throws IOException, InterruptedException {
        return run(folder, Map.of(), arguments);
    }

    static String run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new StepFailed("git " + String.join(" ", arguments) + ": " + output);
        }
        return output;
    }

    /** A repository whose history has {@code commits} commits over 500 files; the same one for the same seed. */
    static Path generate(Path folder, int commits) throws IOException, InterruptedException {
        Path repository = Files.createDirectories(folder.resolve("source"));
        run(repository, "init", "-q", "-b", "main");
        Process process = new ProcessBuilder("git", "fast-import", "--quiet")
                .directory(repository.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream out = process.getOutputStream()) {
            write(new PrintStream(out, false, StandardCharsets.UTF_8), commits);
        }
        if (process.waitFor() != 0) {
            throw new StepFailed("git fast-import failed");
        }
        return repository;
    }

    private static void write(PrintStream out, int commits) {
        Random random = new Random(7);
        for (int i = 1; i <= commits; i++) {
            String message = "Change number " + i + "\n";
            String content = content(random, i);
            out.print("commit refs/heads/main\ncommitter Robin Rider <robin@example.org> " + (1_700_000_000L + i * 60L)
                    + " +0000\n");
            out.print("data " + message.length() + "\n" + message);
            out.print("M 100644 inline dir" + random.nextInt(20) + "/file" + random.nextInt(25) + ".txt\n");
            out.print("data " + content.length() + "\n" + content + "\n");
        }
        out.print("done\n");
        out.flush();
    }

    private static String content(Random random, int number) {
        StringBuilder text = new StringBuilder("version " + number + "\n");
        for (int line = 0; line < 40; line++) {
            text.append("line ")
                    .append(line)
                    .append(' ')
                    .append(Long.toHexString(random.nextLong() & 0xffff))
                    .append('\n');
        }
        return text.toString();
    }
}
