package dev.tandem.runner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs from a coordinator and runs them, until it is closed. One object runs once: start, then close; both may
 * be called by any thread.
 */
public final class TandemRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TandemRunner.class);

    private final RunnerConfig config;
    private final Coordinator coordinator;
    private final PollPause pause = new PollPause();
    private final PriorityBlockingQueue<Integer> freeSlots = new PriorityBlockingQueue<>();
    private final Map<JobRun, Thread> running = new ConcurrentHashMap<>();
    private @Nullable FileChannel lock;
    private @Nullable Thread poller;
    private volatile boolean closing;

    public TandemRunner(RunnerConfig config) {
        this.config = config;
        this.coordinator = new Coordinator(config);
        for (var slot = 0; slot < config.concurrency(); slot++) {
            freeSlots.add(slot);
        }
    }

    /**
     * Ends what a killed predecessor left behind, then begins to ask for jobs in the background.
     *
     * @throws IOException if the work folder cannot be used, or another runner uses it
     */
    public synchronized void start() throws IOException {
        if (poller != null) {
            throw new IllegalStateException("this runner was started before");
        }
        for (var name : new String[] {"builds", "slots", "logs", "processes", "cache"}) {
            Files.createDirectories(config.work().resolve(name));
        }
        // Jobs get their own folders shown one by one; nobody else has business here.
        Files.setPosixFilePermissions(config.work(), PosixFilePermissions.fromString("rwx------"));
        lock = lock(config.work().resolve("lock"));
        Leftovers.end(config.work().resolve("processes"));
        poller = Thread.ofVirtual().name("tandem-poll").start(this::poll);
        LOG.info("runner {} asks {} for jobs, {} at a time", config.systemId(), config.url(), config.concurrency());
    }

    /** Jobs under way. */
    public int jobs() {
        return running.size();
    }

    /**
     * Stops asking, aborts the jobs under way (runner_interrupted) and waits for their last reports, as long as the
     * configuration allows. Repeating it does no harm.
     */
    @Override
    public synchronized void close() {
        closing = true;
        if (poller != null) {
            poller.interrupt();
        }
        running.keySet().forEach(job -> job.stop(JobControl.Cause.INTERRUPTED));
        awaitJobs();
        coordinator.close();
        unlock();
    }

    private void poll() {
        try {
            while (!closing) {
                int slot = freeSlots.take();
                var outcome = coordinator.poll(pause.lastUpdate());
                if (outcome instanceof PollOutcome.Assigned(var job) && job.id() > 0) {
                    run(job, slot);
                } else {
                    freeSlots.add(slot);
                }
                Thread.sleep(pause.after(outcome));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(JobPayload job, int slot) {
        var run = new JobRun(config, coordinator, job, slot);
        var thread = Thread.ofVirtual().name("tandem-job-" + job.id()).unstarted(() -> {
            try {
                run.run();
            } finally {
                running.remove(run);
                freeSlots.add(slot);
            }
        });
        running.put(run, thread);
        thread.start();
        if (closing) {
            run.stop(JobControl.Cause.INTERRUPTED);
        }
    }

    private void awaitJobs() {
        var deadline = System.nanoTime() + config.shutdownLimit().toNanos();
        try {
            if (poller != null) {
                poller.join(config.shutdownLimit());
            }
            for (var thread : running.values()) {
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!running.isEmpty()) {
            LOG.warn("{} jobs could not be reported before the runner stopped", running.size());
            running.values().forEach(Thread::interrupt);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Another runner of this same process; said below.
        }
        channel.close();
        throw new IOException("another runner uses the folder " + file.getParent() + "; give this one its own");
    }

    private void unlock() {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            LOG.warn("the work folder's lock cannot be given back: {}", e.toString());
        }
    }
}
