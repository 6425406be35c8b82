package dev.tandem.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A command with everything it starts, in a session of its own, which can be ended whole. Safe for use by many
 * threads.
 *
 * <p>A sandboxed command dies with the process that started it, unless a shim stands between them
 * ({@link Launch#recordingExit}).
 */
public final class ProcessGroup {
    /** Name of the variable by which members are found after their parents died. */
    public static final String MARK = "TANDEM_GROUP";

    /** How long the kernel may take to take down what got SIGKILL; a process stuck in the kernel takes longer. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    private static final Duration KILL_PAUSE = Duration.ofMillis(20);

    /**
     * Bubblewrap asks to die with its parent, and to the kernel that is the thread that started it: so all are
     * started by one thread that lives as long as this program.
     */
    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("tandem-starter").daemon(true).factory());

    private final GroupIdentity identity;
    private final @Nullable Process child;
    private final CompletableFuture<ProcessHandle> exit;

    private ProcessGroup(GroupIdentity identity, ProcessHandle outermost, @Nullable Process child) {
        this.identity = identity;
        this.child = child;
        this.exit = outermost.onExit();
    }

    /**
     * Starts a command.
     *
     * @throws IOException if the outermost program or the output file cannot be opened
     */
    public static ProcessGroup start(Launch launch, Output output) throws IOException {
        return start(launch, output, UUID.randomUUID().toString());
    }

    /**
     * Starts a command and writes its {@link #identity()} to a file, so that a successor of this program finds it
     * whenever this one is killed: the mark is there before the process is.
     *
     * @throws IOException if {@code record}, the outermost program or the output file cannot be opened
     */
    public static ProcessGroup start(Launch launch, Output output, Path record) throws IOException {
        var mark = UUID.randomUUID().toString();
        write(record, new GroupIdentity(new ProcessIdentity(0, 0, bootId()), mark, launch.wrappers()));
        var group = start(launch, output, mark);
        write(record, group.identity());
        return group;
    }

    /** Reads what {@link #start(Launch, Output, Path)} wrote; empty when it is damaged. */
    public static Optional<GroupIdentity> recorded(Path record) throws IOException {
        return GroupIdentity.parse(Files.readString(record));
    }

    private static ProcessGroup start(Launch launch, Output output, String mark) throws IOException {
        var builder = new ProcessBuilder(argv(launch)).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        builder.environment().put(MARK, mark);
        if (output instanceof Output.AppendTo(var file)) {
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()));
        }
        var process = startOnLastingThread(builder);
        var identity = ProcessIdentity.of(process.pid())
                .orElseGet(() -> new ProcessIdentity(process.pid(), 0, ProcessGroup.bootId()));
        var group = new ProcessGroup(new GroupIdentity(identity, mark, launch.wrappers()), process.toHandle(), process);
        feed(process, launch.input());
        return group;
    }

    private static void write(Path record, GroupIdentity identity) throws IOException {
        var beside = record.resolveSibling(record.getFileName() + ".tmp");
        Files.writeString(beside, identity.line() + "\n");
        Files.move(beside, record, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The group of that identity, if its outermost process still runs, whoever started it. */
    public static Optional<ProcessGroup> adopt(GroupIdentity identity) {
        if (!identity.outermost().alive()) {
            return Optional.empty();
        }
        return ProcessHandle.of(identity.outermost().pid()).map(handle -> new ProcessGroup(identity, handle, null));
    }

    /** Kills what is left of a group, even when its outermost process died; does nothing after a reboot. */
    public static KillOutcome killLeftovers(GroupIdentity identity) {
        return identity.outermost().bootId().equals(bootId()) ? killAll(identity) : new KillOutcome.Gone();
    }

    /** To be written down by whoever wants to find the group again. */
    public GroupIdentity identity() {
        return identity;
    }

    public boolean alive() {
        return !exit.isDone() && identity.outermost().alive();
    }

    /** Completes when the outermost process ended; others of the group may still run. */
    public CompletableFuture<Void> exited() {
        return exit.thenAccept(handle -> {});
    }

    /**
     * Exit code of the outermost process, 128 + n after signal n; empty while it runs and for an adopted group (see
     * {@link Launch#recordingExit}).
     */
    public OptionalInt exitCode() {
        return child == null || child.isAlive() ? OptionalInt.empty() : OptionalInt.of(child.exitValue());
    }

    /** Waits for the outermost process of a group started here; empty when the time was over first. */
    public OptionalInt awaitExit(Duration limit) {
        await(limit);
        return exitCode();
    }

    /** What the group writes, for one reader; empty at once for an adopted group or one that writes to a file. */
    public InputStream output() {
        return child == null ? InputStream.nullInputStream() : child.getInputStream();
    }

    /**
     * Asks the command's processes to end (SIGTERM), and kills all of the group when the outermost process has not
     * ended after {@code grace}, or has and left others behind. Returns when all are gone.
     */
    public KillOutcome terminate(Duration grace) {
        var commands = new GroupMembers(identity).commands();
        commands.values().forEach(ProcessHandle::destroy);
        if (!commands.isEmpty()) {
            await(grace);
        }
        return kill();
    }

    /** Kills all of the group at once and returns when all are gone. Repeating it does no harm. */
    public KillOutcome kill() {
        return killAll(identity);
    }

    /** How killing ended. */
    public sealed interface KillOutcome {
        /** No process of the group is left. */
        record Gone() implements KillOutcome {}

        /** These did not die within ten seconds: they hang in the kernel, as on a dead network file system. */
        record Survivors(List<Long> pids) implements KillOutcome {}
    }

    private static KillOutcome killAll(GroupIdentity identity) {
        var members = new GroupMembers(identity);
        var deadline = System.nanoTime() + KILL_LIMIT.toNanos();
        var left = members.all();
        // Again and again: what was forked between looking and killing is found by the next look.
        while (!left.isEmpty()) {
            left.values().forEach(ProcessHandle::destroyForcibly);
            if (System.nanoTime() > deadline) {
                return new KillOutcome.Survivors(List.copyOf(left.keySet()));
            }
            pause(left.values().iterator().next());
            left = members.all();
        }
        return new KillOutcome.Gone();
    }

    private static void pause(ProcessHandle dying) {
        try {
            dying.onExit().get(KILL_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // The caller looks again.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(Duration limit) {
        try {
            exit.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (child != null) {
                child.waitFor();
            }
        } catch (TimeoutException e) {
            // Still running, as the caller will see.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void feed(Process process, String input) throws IOException {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A program that ends before it read all says why by its exit code and output.
            if (process.toHandle().isAlive() && !endsSoon(process)) {
                process.destroyForcibly();
                throw e;
            }
        }
    }

    private static boolean endsSoon(Process process) {
        try {
            return process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<String> argv(Launch launch) {
        var argv = new ArrayList<String>();
        argv.add(HostPrograms.find("setsid").orElseThrow().toString());
        argv.addAll(launch.argv());
        return argv;
    }

    private static Process startOnLastingThread(ProcessBuilder builder) throws IOException {
        try {
            return STARTER.submit(builder::start).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException("cannot start " + builder.command().get(1) + ": " + cause.getMessage(), cause);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting a process", e);
        }
    }

    private static String bootId() {
        try {
            return ProcessIdentity.bootIdNow();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the boot id of this machine", e);
        }
    }
}
