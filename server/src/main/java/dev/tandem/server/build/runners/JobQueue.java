package dev.tandem.server.build.runners;

import dev.tandem.server.build.schedule.QueuedJob;
import dev.tandem.server.build.schedule.WaitingJobs;
import dev.tandem.server.build.store.RunnerRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings waiting jobs and waiting runners together in memory. It is a hint: whoever gets a job from here must still claim it
 * in the database. A job is given to one runner at a time, so a hundred waiting runners don't race for it. Safe for use by many
 * threads.
 */
public final class JobQueue implements WaitingJobs {
    private static final Duration CHECK = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, QueuedJob> jobs = new LinkedHashMap<>();
    private final Map<Long, Map<Long, QueuedJob>> held = new HashMap<>();
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private final AtomicLong version = new AtomicLong();
    private boolean closed;

    /** Changes whenever a job may have become available. */
    public long version() {
        return version.get();
    }

    @Override
    public void offer(QueuedJob job) {
        lock.lock();
        try {
            version.incrementAndGet();
            for (Iterator<Waiter> waiting = waiters.iterator(); waiting.hasNext(); ) {
                Waiter waiter = waiting.next();
                if (waiter.runner.takes(job.tags(), job.refProtected())) {
                    waiting.remove();
                    jobs.remove(job.jobId());
                    waiter.slot.add(Optional.of(job));
                    return;
                }
            }
            jobs.put(job.jobId(), job);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void hold(QueuedJob job) {
        lock.lock();
        try {
            held.computeIfAbsent(job.projectId(), project -> new LinkedHashMap<>())
                    .put(job.jobId(), job);
        } finally {
            lock.unlock();
        }
    }

    /** The first of each kind: which of them a runner comes for is not known, and all at once would only be held again. */
    @Override
    public void freed(long projectId) {
        lock.lock();
        try {
            Map<Long, QueuedJob> all = held.getOrDefault(projectId, Map.of());
            Map<List<Object>, QueuedJob> first = new LinkedHashMap<>();
            all.values().forEach(job -> first.putIfAbsent(List.of(job.tags(), job.refProtected()), job));
            first.values().forEach(job -> all.remove(job.jobId()));
            if (all.isEmpty()) {
                held.remove(projectId);
            }
            first.values().forEach(this::offer);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unbound(long projectId) {
        lock.lock();
        try {
            Map<Long, QueuedJob> all = held.remove(projectId);
            if (all != null) {
                all.values().forEach(this::offer);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A job that this runner may take; waits for one up to {@code patience}.
     *
     * @param gone whether the one who asks has hung up; then nothing is given
     */
    public Optional<QueuedJob> take(RunnerRecord runner, Duration patience, BooleanSupplier gone)
            throws InterruptedException {
        Waiter waiter = new Waiter(runner);
        lock.lock();
        try {
            QueuedJob found = remove(runner);
            if (found != null || patience.isZero() || closed) {
                return Optional.ofNullable(found);
            }
            waiters.add(waiter);
        } finally {
            lock.unlock();
        }
        return await(waiter, patience, gone);
    }

    /** Ends the waits of a runner that was changed; it asks again and is seen as it is now. */
    public void changed(long runnerId) {
        lock.lock();
        try {
            version.incrementAndGet();
            waiters.removeIf(waiter -> waiter.runner.id() == runnerId && waiter.slot.offer(Optional.empty()));
        } finally {
            lock.unlock();
        }
    }

    /** The server stops: nobody waits here any more. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiters.forEach(waiter -> waiter.slot.offer(Optional.empty()));
            waiters.clear();
        } finally {
            lock.unlock();
        }
    }

    /** How many jobs wait for a runner. */
    public int size() {
        lock.lock();
        try {
            return jobs.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many runners wait for a job. */
    public int waitingRunners() {
        lock.lock();
        try {
            return waiters.size();
        } finally {
            lock.unlock();
        }
    }

    private Optional<QueuedJob> await(Waiter waiter, Duration patience, BooleanSupplier gone)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean answered = false;
        try {
            while (true) {
                long left = Math.min(deadline - System.nanoTime(), CHECK.toNanos());
                Optional<QueuedJob> given = left <= 0 ? null : waiter.slot.poll(left, TimeUnit.NANOSECONDS);
                if (given != null && given.isPresent() && gone.getAsBoolean()) {
                    offer(given.get());
                    given = Optional.empty();
                }
                if (given != null) {
                    answered = true;
                    return given;
                }
                if (left <= 0 || gone.getAsBoolean()) {
                    return Optional.empty();
                }
            }
        } finally {
            if (!answered) {
                leave(waiter);
            }
        }
    }

    /** A job may have been given in the very moment the wait ended: it goes to somebody else. */
    private void leave(Waiter waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
        Optional<QueuedJob> given = waiter.slot.poll();
        if (given != null) {
            given.ifPresent(this::offer);
        }
    }

    private @Nullable QueuedJob remove(RunnerRecord runner) {
        for (Iterator<QueuedJob> all = jobs.values().iterator(); all.hasNext(); ) {
            QueuedJob job = all.next();
            if (runner.takes(job.tags(), job.refProtected())) {
                all.remove();
                return job;
            }
        }
        return null;
    }

    private static final class Waiter {
        private final RunnerRecord runner;
        private final ArrayBlockingQueue<Optional<QueuedJob>> slot = new ArrayBlockingQueue<>(1);

        Waiter(RunnerRecord runner) {
            this.runner = runner;
        }
    }
}
