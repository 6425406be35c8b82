package dev.tandem.runner;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of one job: containers on a network of the job's own, which its commands reach by their names. They live from
 * {@link #start} to {@link #close}. Used by the thread of the job alone.
 */
final class Services implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);
    /** GitLab's: a job starts after it, whether the service answers or not. */
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int CONNECT_MILLIS = 1000;
    private static final String NETWORK = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}";
    private static final String PORTS = "{{range $port, $bound := .NetworkSettings.Ports}}{{$port}} {{end}}";

    private final Containers engine;
    private final String label;
    private final JobPayload job;
    private final JobVariables variables;
    private final JobControl control;
    private final StageProcess process;
    private final Path scripts;
    private final List<Running> running = new ArrayList<>();
    private final Map<String, String> hosts = new LinkedHashMap<>();
    private String network = "";

    private record Running(String container, String name, String address) {}

    /** @param scripts a folder that no job can write */
    Services(
            Containers engine,
            String label,
            JobPayload job,
            JobVariables variables,
            JobControl control,
            StageProcess process,
            Path scripts) {
        this.engine = engine;
        this.label = label;
        this.job = job;
        this.variables = variables;
        this.control = control;
        this.process = process;
        this.scripts = scripts;
    }

    /** Starts them one after the other, then waits until each takes connections. */
    void start(JobLog log) throws JobStopped, StageFailed, IOException {
        var id = "tandem-" + job.id() + "-" + UUID.randomUUID();
        must("network", "create", "--label", label, id);
        network = id;
        for (var service : job.services()) {
            start(service, log);
        }
        for (var service : running) {
            await(service, log);
        }
    }

    /** How the job's own container finds them; nothing when there are none. */
    List<String> arguments() {
        if (network.isEmpty()) {
            return List.of();
        }
        var arguments = new ArrayList<>(List.of("--network", network));
        hosts.forEach((name, address) -> arguments.addAll(List.of("--add-host", name + ":" + address)));
        return arguments;
    }

    private void start(JobPayload.Image service, JobLog log) throws JobStopped, StageFailed, IOException {
        var reference = variables.expand(service.name());
        var names = names(reference, service.alias());
        log.line("Starting the service " + reference + " as " + String.join(", ", names));
        var platform = variables.expand(service.executorOpts().docker().platform());
        new ImagePull(engine, process).get(JobControl.Phase.PREPARING, service, reference, platform, log::write);
        var container = network + "-" + running.size();
        var environment = environment(service, log);
        try {
            must(arguments(service, reference, container, platform, names, environment));
        } finally {
            Files.delete(environment);
        }
        var address = said("inspect", "--format", NETWORK, container).split(" ", 2)[0];
        running.add(new Running(container, reference, address));
        if (!address.isEmpty()) {
            names.forEach(name -> hosts.putIfAbsent(name, address));
        }
    }

    private String[] arguments(
            JobPayload.Image service,
            String reference,
            String container,
            String platform,
            Set<String> names,
            Path environment) {
        var arguments = new ArrayList<>(List.of("run", "--detach", "--name", container, "--label", label));
        arguments.addAll(arguments());
        names.forEach(name -> arguments.addAll(List.of("--network-alias", name)));
        arguments.addAll(List.of("--env-file", environment.toString()));
        if (!platform.isEmpty()) {
            arguments.addAll(List.of("--platform", platform));
        }
        var user = variables.expand(service.executorOpts().docker().user());
        if (!user.isEmpty()) {
            arguments.addAll(List.of("--user", user));
        }
        var entrypoint = service.entrypoint();
        if (!entrypoint.isEmpty()) {
            arguments.addAll(List.of("--entrypoint", entrypoint.getFirst()));
        }
        arguments.add(reference);
        entrypoint.stream().skip(1).forEach(arguments::add);
        arguments.addAll(service.command());
        return arguments.toArray(String[]::new);
    }

    /** In a file, since everybody sees the arguments of a process; such a file has a line for each. */
    private Path environment(JobPayload.Image service, JobLog log) throws IOException {
        var all = new JobVariables(List.of(job.variables(), service.variables()));
        var text = new StringBuilder();
        for (var entry : all.environment().entrySet()) {
            if (entry.getValue().indexOf('\n') >= 0 || entry.getKey().isBlank()) {
                log.warning(entry.getKey() + " has several lines and is not handed to the service.");
            } else {
                text.append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
            }
        }
        var file = scripts.resolve("service-" + running.size() + ".env");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
        return file;
    }

    /** What a job may call a service: its image's name in two spellings, and its aliases. */
    static Set<String> names(String reference, String alias) {
        var path =
                reference.replaceFirst("@.*", "").replaceFirst(":[^/:]*$", "").replaceFirst("^([^/:]*):[0-9]+/", "$1/");
        var names = new LinkedHashSet<>(List.of(path.replace("/", "__"), path.replace('/', '-')));
        names.addAll(Arrays.asList(alias.strip().split("[,\\s]+", -1)));
        names.removeIf(name -> !name.matches("[A-Za-z0-9_.-]{1,253}"));
        return names;
    }

    private void await(Running service, JobLog log) throws JobStopped, IOException {
        var port = firstPort(service);
        var until = System.nanoTime() + READY_LIMIT.toNanos();
        while (true) {
            control.check(JobControl.Phase.PREPARING);
            if (!said("inspect", "--format", "{{.State.Running}}", service.container())
                    .equals("true")) {
                log.warning("The service " + service.name() + " ended; the last that it said:");
                log.line(said("logs", "--tail", "20", service.container()));
                return;
            }
            if (port.isEmpty() || service.address().isEmpty() || answers(service.address(), port.getAsInt())) {
                return;
            }
            if (System.nanoTime() > until) {
                log.warning("The service " + service.name() + " takes no connections on port " + port.getAsInt()
                        + " after " + READY_LIMIT.toSeconds() + " seconds; the job starts all the same.");
                return;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private OptionalInt firstPort(Running service) throws IOException {
        return Arrays.stream(
                        said("inspect", "--format", PORTS, service.container()).split(" ", -1))
                .filter(port -> port.matches("[0-9]{1,5}/tcp"))
                .mapToInt(port -> Integer.parseInt(port.substring(0, port.indexOf('/'))))
                .min();
    }

    private static boolean answers(String address, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void must(String... arguments) throws StageFailed, IOException {
        var said = engine.ask(Containers.ANSWER_LIMIT, List.of(arguments));
        if (said.code() != 0) {
            throw new StageFailed(FailureReasons.SYSTEM, 0, "No services: " + said.text());
        }
    }

    private String said(String... arguments) throws IOException {
        return engine.ask(Containers.ANSWER_LIMIT, List.of(arguments)).text().strip();
    }

    @Override
    public void close() {
        if (network.isEmpty()) {
            return;
        }
        for (var at = 0; at <= running.size(); at++) {
            // One more than run: the last may have been made and not have started.
            quietly("rm", "--force", "--volumes", network + "-" + at);
        }
        quietly("network", "rm", network);
        network = "";
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
