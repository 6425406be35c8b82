package dev.tandem.runner;

import dev.tandem.host.Launch;
import dev.tandem.host.Output;
import dev.tandem.host.ProcessGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Docker or Podman on this machine, through its command line: both speak the same one, and it knows the contexts,
 * credentials and sockets of whoever calls it.
 *
 * @param program the command
 * @param environment of the command itself, never of a job
 * @param asRoot what containers write belongs to root, whoever called
 */
public record Containers(Path program, Map<String, String> environment, boolean asRoot) {
    static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

    private static final Duration QUICKLY = Duration.ofSeconds(20);
    private static final int MOST_OUTPUT = 1 << 16;

    public Containers {
        environment = Map.copyOf(environment);
    }

    /** The first engine that answers, docker before podman: a command line alone is no engine. */
    public static Optional<Containers> find(List<Path> folders, Map<String, String> environment) {
        for (var name : List.of("docker", "podman")) {
            for (var folder : folders) {
                var engine = new Containers(folder.resolve(name), environment, false);
                var said = Files.isExecutable(engine.program()) ? engine.said(List.of("info")) : Optional.<Said>empty();
                if (said.filter(answer -> answer.code() == 0).isPresent()) {
                    // Podman without root maps root to its caller; Docker does when it says that it is rootless.
                    var asRoot = name.equals("docker") && !said.get().text().contains("rootless");
                    return Optional.of(new Containers(engine.program(), environment, asRoot));
                }
            }
        }
        return Optional.empty();
    }

    /** On everything that the jobs of a work folder make, so that it is found again. */
    static String label(Path work) {
        return "dev.tandem.work=" + work.toAbsolutePath().normalize();
    }

    /** Deletes what a killed predecessor left. Nobody else uses that work folder. */
    void removeLeftovers(Path work) throws IOException {
        var filter = "label=" + label(work);
        remove(List.of("ps", "--all", "--quiet", "--filter", filter), List.of("rm", "--force", "--volumes"));
        remove(List.of("network", "ls", "--quiet", "--filter", filter), List.of("network", "rm"));
    }

    private void remove(List<String> list, List<String> remove) throws IOException {
        var said = ask(ANSWER_LIMIT, list);
        if (said.code() == 0 && !said.text().isEmpty()) {
            var arguments = new ArrayList<>(remove);
            said.text().lines().map(String::strip).forEach(arguments::add);
            ask(ANSWER_LIMIT, arguments);
        }
    }

    private Optional<Said> said(List<String> arguments) {
        try {
            return Optional.of(ask(QUICKLY, arguments));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What the command printed, in part if it was much, and its exit code; 137 when it took longer than allowed. */
    record Said(int code, String text) {}

    Said ask(Duration limit, List<String> arguments) throws IOException {
        var group = ProcessGroup.start(launch(arguments), Output.PIPE);
        var clock = Thread.ofVirtual().name("tandem-engine-clock").start(() -> {
            if (group.awaitExit(limit).isEmpty()) {
                group.kill();
            }
        });
        try (var output = group.output()) {
            var text = new String(output.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
            output.transferTo(OutputStream.nullOutputStream());
            return new Said(group.awaitExit(limit).orElse(137), text.strip());
        } finally {
            clock.interrupt();
            group.kill();
        }
    }

    Launch launch(List<String> arguments) {
        var argv = new ArrayList<>(List.of(program.toString()));
        argv.addAll(arguments);
        return Launch.bare(argv, environment);
    }
}
