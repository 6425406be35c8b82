package dev.tandem.agent;

import dev.tandem.agent.protocol.DesiredState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the server what is desired, all the time, each question waiting for its answer. */
final class DesiredPoll implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DesiredPoll.class);
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final ServerLink server;
    private final Consumer<DesiredState> told;
    private final Thread thread;
    private volatile boolean closed;

    DesiredPoll(ServerLink server, Consumer<DesiredState> told) {
        this.server = server;
        this.told = told;
        this.thread = Thread.ofVirtual().name("agent-poll").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        long after = AgentMemory.NO_VERSION;
        long pause = FIRST_PAUSE_MILLIS;
        String lastProblem = "";
        try {
            while (!closed) {
                try {
                    Optional<DesiredState> desired = server.desired(after);
                    desired.ifPresent(told);
                    after = desired.map(DesiredState::version).orElse(after);
                    pause = FIRST_PAUSE_MILLIS;
                    lastProblem = "";
                } catch (IOException e) {
                    LOG.warn(
                            "The server does not say what is desired: {}; asking again",
                            String.valueOf(e.getMessage()));
                    // Who comes back may be a server restored from a backup, whose versions are older: ask for all.
                    after = AgentMemory.NO_VERSION;
                    Thread.sleep(Duration.ofMillis(
                            pause / 2 + ThreadLocalRandom.current().nextLong(pause)));
                    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
