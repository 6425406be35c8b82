package dev.tandem.runner;

import static dev.tandem.runner.ShellScript.quoted;

import dev.tandem.host.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the commands of a job in containers of its image, one for each stage, which see the job's folders at the paths they have
 * here. Fetching sources, caches and artifacts stays outside.
 */
final class ContainerShell implements UserShell {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerShell.class);
    /** What this machine says about itself and the image knows better. */
    private static final Set<String> OF_THE_MACHINE = Set.of("PATH", "HOME", "SHELL", "USER", "LANG", "JAVA_HOME");

    private static final String ANY_SHELL =
            "if command -v bash >/dev/null 2>&1; then exec bash \"$1\"; else exec sh \"$1\"; fi";

    private final Containers engine;
    private final JobPayload job;
    private final JobPayload.Image image;
    private final JobVariables variables;
    private final Workspace workspace;
    private final StageProcess process;
    private final Services services;
    private final String label;
    private boolean pulled;

    ContainerShell(
            Containers engine,
            JobPayload job,
            JobPayload.Image image,
            JobVariables variables,
            Workspace workspace,
            StageProcess process,
            Services services,
            String label) {
        this.engine = engine;
        this.job = job;
        this.image = image;
        this.variables = variables;
        this.workspace = workspace;
        this.process = process;
        this.services = services;
        this.label = label;
    }

    @Override
    public ShellScript script(boolean trace) {
        return ShellScript.forAnyShell(trace);
    }

    @Override
    public StageShell.Ended run(
            JobControl.Phase phase,
            String name,
            String script,
            Map<String, String> environment,
            StageShell.Sink sink,
            Duration limit)
            throws JobStopped, StageFailed, IOException {
        var reference = variables.expand(image.name());
        if (!pulled) {
            var platform = variables.expand(image.executorOpts().docker().platform());
            new ImagePull(engine, process).get(phase, image, reference, platform, sink);
            pulled = true;
        }
        var file = workspace.scripts().resolve(name + ".sh");
        Files.writeString(file, exports(environment) + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        var container = "tandem-" + job.id() + "-" + UUID.randomUUID();
        create(container, reference, file);
        try {
            return process.run(
                    phase,
                    engine.launch(List.of("start", "--attach", container)),
                    sink,
                    limit,
                    () -> quietly("stop", "--time", String.valueOf(StageShell.GRACE.toSeconds()), container));
        } finally {
            quietly("rm", "--force", "--volumes", container);
            takeBack(reference);
        }
    }

    /** The script has the variables in itself: an engine's command line would show them, its files cannot hold lines. */
    private String exports(Map<String, String> environment) {
        var declared = new JobVariables(List.of(job.variables())).environment().keySet();
        var text = new StringBuilder();
        environment.forEach((key, value) -> {
            if (key.matches("[A-Za-z_][A-Za-z0-9_]*") && (declared.contains(key) || !OF_THE_MACHINE.contains(key))) {
                text.append("export ")
                        .append(key)
                        .append('=')
                        .append(quoted(value))
                        .append('\n');
            }
        });
        return text.toString();
    }

    private void create(String container, String reference, Path script) throws StageFailed, IOException {
        var arguments = new ArrayList<>(List.of("create", "--name", container, "--workdir"));
        arguments.add(workspace.project().toString());
        for (var folder : List.of(workspace.project(), workspace.home(), workspace.files())) {
            arguments.addAll(List.of("--volume", folder + ":" + folder));
        }
        arguments.addAll(List.of("--volume", workspace.scripts() + ":" + workspace.scripts() + ":ro"));
        arguments.addAll(List.of("--label", label));
        arguments.addAll(services.arguments());
        platform(arguments);
        var user = image.executorOpts().docker().user();
        if (!user.isEmpty()) {
            arguments.addAll(List.of("--user", variables.expand(user)));
        }
        var entrypoint = image.entrypoint();
        if (!entrypoint.isEmpty()) {
            arguments.addAll(List.of("--entrypoint", entrypoint.getFirst()));
        }
        arguments.add(reference);
        arguments.addAll(entrypoint.stream().skip(1).toList());
        arguments.addAll(List.of("sh", "-c", ANY_SHELL, "tandem-job", script.toString()));
        var said = engine.ask(Containers.ANSWER_LIMIT, arguments);
        if (said.code() != 0) {
            throw new StageFailed(FailureReasons.SYSTEM, 0, "No container of \"" + reference + "\": " + said.text());
        }
    }

    private void platform(List<String> arguments) {
        var platform = image.executorOpts().docker().platform();
        if (!platform.isEmpty()) {
            arguments.addAll(List.of("--platform", variables.expand(platform)));
        }
    }

    /** What an engine with root's rights wrote would stay root's, and the next job could not clean it away. */
    private void takeBack(String reference) throws IOException {
        if (!engine.asRoot() || Ownership.possible()) {
            return;
        }
        var owner = Files.getAttribute(workspace.scripts(), "unix:uid");
        var folder = workspace.project().toString();
        var mount = folder + ":" + folder;
        quietly(
                "run",
                "--rm",
                "--user",
                "0",
                "--volume",
                mount,
                "--entrypoint",
                "chown",
                reference,
                "-R",
                owner + "",
                folder);
    }

    private void quietly(String... arguments) {
        try {
            var said = engine.ask(Containers.ANSWER_LIMIT, List.of(arguments));
            if (said.code() != 0) {
                LOG.debug("job {}: {} said: {}", job.id(), arguments[0], said.text());
            }
        } catch (IOException e) {
            LOG.warn("job {}: the container engine did not answer", job.id(), e);
        }
    }
}
