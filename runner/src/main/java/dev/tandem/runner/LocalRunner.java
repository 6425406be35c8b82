package dev.tandem.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs jobs on this machine without a coordinator, by the code that runs a coordinator's jobs. Safe for use by many threads.
 */
public final class LocalRunner implements AutoCloseable {
    private volatile RunnerConfig config;
    private final WorkFolder folder;
    private final LocalCoordinator coordinator;
    private final BlockingQueue<Integer> freeSlots;
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    private volatile boolean closing;

    private record Running(JobRun run, CountDownLatch ended) {}

    private LocalRunner(RunnerConfig config, WorkFolder folder, LocalCoordinator coordinator) {
        this.config = config;
        this.folder = folder;
        this.coordinator = coordinator;
        this.freeSlots = new ArrayBlockingQueue<>(config.concurrency());
        for (var slot = 0; slot < config.concurrency(); slot++) {
            freeSlots.add(slot);
        }
    }

    /**
     * Takes the work folder, ends what a killed predecessor left running, and forgets the logs and artifacts of earlier jobs. The
     * configuration's address and token are not used.
     *
     * @throws IOException if the work folder cannot be used, or another runner uses it
     */
    public static LocalRunner open(RunnerConfig config) throws IOException {
        var folder = WorkFolder.open(config.work());
        try {
            var jobs = config.work().resolve("jobs");
            Folders.delete(jobs);
            Files.createDirectories(jobs);
            return new LocalRunner(config, folder, new LocalCoordinator(jobs));
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    /** Jobs that start from now on and name an image run in containers. */
    public void useContainers(Containers engine) throws IOException {
        engine.removeLeftovers(config.work());
        config = config.withContainers(engine);
    }

    /** Runs a job to its end, once one of the configured places is free. */
    public LocalResult run(LocalJob job) throws IOException, InterruptedException {
        int slot = freeSlots.take();
        try {
            coordinator.expect(job);
            var run = new JobRun(config, coordinator, LocalPayload.of(job, withArchives(job)), slot);
            var ended = new CountDownLatch(1);
            running.put(job.id(), new Running(run, ended));
            try {
                if (closing) {
                    run.stop(JobControl.Cause.INTERRUPTED);
                }
                run.run();
            } finally {
                running.remove(job.id());
                ended.countDown();
            }
            return result(job.id());
        } finally {
            freeSlots.add(slot);
        }
    }

    /** Ends a job under way; its after_script still runs. */
    public void cancel(long id) {
        var job = running.get(id);
        if (job != null) {
            job.run().stop(JobControl.Cause.CANCELED);
        }
    }

    private List<LocalJob.Earlier> withArchives(LocalJob job) throws IOException {
        var found = new ArrayList<LocalJob.Earlier>();
        for (var earlier : job.artifactsOf()) {
            if (coordinator.hasArchive(earlier.id())) {
                found.add(earlier);
            }
        }
        return found;
    }

    private LocalResult result(long id) throws IOException {
        var result = coordinator
                .result(id)
                .orElse(new JobResult.Failed(FailureReasons.INTERRUPTED, 0, "the runner was stopped"));
        var log = coordinator.log(id);
        var artifacts = coordinator.artifacts(id);
        var dotenv = coordinator.dotenv(id);
        return switch (result) {
            case JobResult.Succeeded() -> new LocalResult("success", "", 0, log, artifacts, dotenv);
            case JobResult.Dropped() -> new LocalResult("canceled", FailureReasons.CANCELED, 0, log, artifacts, dotenv);
            case JobResult.Failed failed -> {
                var canceled = failed.reason().equals(FailureReasons.CANCELED);
                yield new LocalResult(
                        canceled ? "canceled" : "failed", failed.reason(), failed.exitCode(), log, artifacts, dotenv);
            }
        };
    }

    /** Ends the jobs under way with all their processes, waiting as long as the configuration allows. */
    @Override
    public void close() {
        closing = true;
        var all = List.copyOf(running.values());
        all.forEach(job -> job.run().stop(JobControl.Cause.INTERRUPTED));
        var deadline = System.nanoTime() + config.shutdownLimit().toNanos();
        try {
            for (var job : all) {
                job.ended().await(Duration.ofNanos(deadline - System.nanoTime()).toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        folder.close();
    }
}
