package dev.tandem.agent;

import dev.tandem.agent.protocol.AgentReport.ProxyStatus;
import dev.tandem.host.Sandbox;
import dev.tandem.host.SandboxDetection;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An agent in its folder. Use {@link #start}, then {@link #close} (services and proxy go on, the next agent in the same
 * folder adopts them) or {@link #stopAll}. Not to be started twice. Safe for use by many threads.
 */
public final class TandemAgent implements AutoCloseable {

    private final AgentConfig config;
    private @Nullable Running running;

    private record Running(
            FileChannel lock,
            ServerLink server,
            ProxyKeeper proxy,
            AgentLoop loop,
            Reporter reporter,
            DesiredPoll poll) {}

    public TandemAgent(AgentConfig config) {
        this.config = config;
    }

    /**
     * Adopts what runs, starts what is missing and asks the server from now on. Returns at once; a server that cannot be
     * reached is no fault, the agent then goes by what it knew last.
     *
     * @throws IOException when the folder cannot be used or another agent runs in it
     */
    public synchronized void start() throws IOException {
        if (running != null) {
            throw new IllegalStateException("this agent was started before");
        }
        Folders folders = new Folders(config.folder());
        Folders.make(folders.root());
        Folders.make(folders.services());
        FileChannel lock = lock(folders.root());
        try {
            running = start(folders, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private Running start(Folders folders, FileChannel lock) throws IOException {
        SandboxDetection detection = Sandbox.detect(config.unsafeAllowed());
        ServerLink server = new ServerLink(config.server(), config.token());
        // The parts know each other in a ring: the proxy's keeper wakes the loop, the loop tells it what to route.
        AtomicReference<Runnable> changed = new AtomicReference<>(() -> {});
        AtomicReference<Runnable> looked = new AtomicReference<>(() -> {});
        ProxyKeeper proxy = new ProxyKeeper(
                config,
                folders.proxy(),
                () -> changed.get().run(),
                () -> looked.get().run());
        AgentLoop loop = new AgentLoop(config, folders, server, proxy, detection);
        Reporter reporter = new Reporter(server, loop, proxy);
        DesiredPoll poll = new DesiredPoll(server, loop::desire);
        looked.set(loop::nudge);
        changed.set(() -> {
            loop.nudge();
            reporter.changed();
        });
        loop.start(reporter::changed);
        proxy.start();
        reporter.start();
        poll.start();
        return new Running(lock, server, proxy, loop, reporter, poll);
    }

    /** Port of the proxy, known after {@link #start}. */
    public synchronized int proxyPort() {
        return started().proxy().port();
    }

    /** The proxy as last seen. */
    public synchronized ProxyStatus proxyStatus() {
        return started().proxy().report();
    }

    /** Ends the agent; services and proxy go on. Repeating it does no harm. */
    @Override
    public synchronized void close() throws IOException {
        end(false);
    }

    /** Ends the agent, its services (each as politely as its revision asks for) and its proxy. */
    public synchronized void stopAll() throws IOException {
        end(true);
    }

    private void end(boolean all) throws IOException {
        Running ending = running;
        if (ending == null || !ending.lock().isOpen()) {
            return;
        }
        ending.poll().close();
        ending.reporter().close();
        ending.loop().close();
        ending.proxy().close();
        if (all) {
            ending.loop().endAll();
            ending.proxy().stop();
        }
        ending.server().close();
        ending.lock().close();
    }

    private Running started() {
        if (running == null) {
            throw new IllegalStateException("the agent was not started");
        }
        return running;
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held;
        try {
            held = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            held = false;
        }
        if (!held) {
            channel.close();
            throw new IOException("another agent runs in " + folder);
        }
        return channel;
    }
}
