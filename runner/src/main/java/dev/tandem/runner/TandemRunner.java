package dev.tandem.runner;

import java.io.IOException;
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
    private final HttpCoordinator coordinator;
    private final PollPause pause = new PollPause();
    private final PriorityBlockingQueue<Integer> freeSlots = new PriorityBlockingQueue<>();
    private final Map<JobRun, Thread> running = new ConcurrentHashMap<>();
    private @Nullable WorkFolder folder;
    private @Nullable Thread poller;
    private volatile boolean closing;

    public TandemRunner(RunnerConfig config) {
        this.config = config;
        this.coordinator = new HttpCoordinator(config);
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
        folder = WorkFolder.open(config.work());
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
        if (folder != null) {
            folder.close();
        }
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
}
