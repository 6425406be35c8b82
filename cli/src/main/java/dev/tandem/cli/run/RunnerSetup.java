package dev.tandem.cli.run;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import dev.tandem.runner.Containers;
import dev.tandem.runner.RunnerConfig;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The runner for jobs on this machine. */
final class RunnerSetup {
    private static final Duration SHUTDOWN = Duration.ofSeconds(20);

    private RunnerSetup() {}

    /** @param given the work folder, when a person chose one */
    static RunnerConfig of(Path root, @Nullable Path given, int parallel, boolean isolated) throws IOException {
        // What the runner says to an operator is in the jobs' logs already.
        if (LoggerFactory.getLogger("ROOT") instanceof Logger logger) {
            logger.setLevel(Level.OFF);
        }
        Path work = given == null ? folder(root) : given;
        Files.createDirectories(work);
        String java = System.getenv("JAVA_HOME");
        return RunnerConfig.of(URI.create("http://localhost"), "", "local", work, sandbox(isolated))
                .withName("this machine")
                .withConcurrency(parallel)
                .withEnvironment(java == null ? Map.of() : Map.of("JAVA_HOME", java))
                .withPrograms(isolated ? List.of() : programs())
                .withReadable(isolated ? readable(work, java) : List.of())
                .withShutdownLimit(SHUTDOWN);
    }

    /** The engine for jobs that name an image; asking for it takes a moment. */
    static Optional<Containers> engine() {
        return Containers.find(programs(), System.getenv());
    }

    private static Sandbox sandbox(boolean isolated) throws IOException {
        if (!isolated) {
            return Sandbox.own();
        }
        return switch (Sandbox.detect(false)) {
            case SandboxDetection.Available available -> available.sandbox();
            case SandboxDetection.Refused refused -> throw new IOException(refused.reason() + " " + refused.mend());
        };
    }

    private static List<Path> readable(Path work, @Nullable String java) {
        List<Path> readable = new ArrayList<>();
        readable.add(work.toAbsolutePath().normalize().resolve("source-apart.git"));
        if (java != null) {
            readable.add(Path.of(java));
        }
        return readable;
    }

    private static List<Path> programs() {
        String path = System.getenv("PATH");
        return path == null
                ? List.of()
                : Arrays.stream(path.split(File.pathSeparator, -1))
                        .filter(folder -> folder.startsWith("/"))
                        .map(Path::of)
                        .toList();
    }

    /** One for each checkout. */
    private static Path folder(Path root) throws IOException {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        Path real = root.toRealPath();
        Path name = real.getFileName();
        return base.resolve("tandem/run").resolve((name == null ? "root" : name) + "-" + digest(real.toString()));
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
