package dev.tandem.server.build.runners;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.build.schedule.QueuedJob;
import dev.tandem.server.build.store.RunnerRecord;
import dev.tandem.testkit.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class JobQueueTest {
    private final JobQueue queue = new JobQueue();

    @Test
    void aRunnerGetsOnlyWhatItMayTake() throws InterruptedException {
        queue.offer(new QueuedJob(7, 1, List.of("gpu"), false));
        queue.offer(new QueuedJob(7, 2, List.of(), false));

        assertThat(take(runner(1, false, "linux"))).contains(2L);
        assertThat(take(runner(2, false, "linux"))).isEmpty();
        assertThat(take(runner(3, false, "gpu", "linux"))).contains(1L);
    }

    @Test
    void aRunnerForProtectedRefsTakesNothingElse() throws InterruptedException {
        queue.offer(new QueuedJob(7, 1, List.of(), false));
        queue.offer(new QueuedJob(7, 2, List.of(), true));

        assertThat(take(runner(1, true))).contains(2L);
        assertThat(take(runner(1, true))).isEmpty();
    }

    @Test
    void whoHungUpGetsNothingAndTheJobStays() throws InterruptedException {
        Thread offering = Thread.startVirtualThread(() -> {
            Await.until("the runner waits", () -> queue.waitingRunners() > 0);
            queue.offer(new QueuedJob(7, 1, List.of(), false));
        });

        Optional<QueuedJob> given = queue.take(runner(1, false), Duration.ofSeconds(20), () -> true);
        offering.join();

        assertThat(given).isEmpty();
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void whatALimitHoldsBackIsToldAgainOneOfEachKindWhenThereIsRoom() throws InterruptedException {
        for (long job : List.of(1L, 2L)) {
            queue.hold(new QueuedJob(7, job, List.of(), false));
            queue.hold(new QueuedJob(7, 10 + job, List.of("gpu"), false));
        }
        queue.freed(8);
        assertThat(queue.size()).isZero();

        queue.freed(7);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(take(runner(1, false, "gpu"))).contains(1L);
        assertThat(take(runner(1, false, "gpu"))).contains(11L);

        queue.unbound(7);
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void withManyAtOnceEachJobIsGivenExactlyOnce() throws Exception {
        Random random = new Random(42);
        Set<Long> given = ConcurrentHashMap.newKeySet();
        int jobs = 2000;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                RunnerRecord runner = runner(i, false);
                boolean impatient = random.nextInt(4) == 0;
                all.add(threads.submit(() -> {
                    while (given.size() < jobs) {
                        Duration patience = impatient ? Duration.ofMillis(1) : Duration.ofMillis(50);
                        Optional<QueuedJob> job = queue.take(runner, patience, () -> false);
                        job.ifPresent(one -> assertThat(given.add(one.jobId())).isTrue());
                    }
                    return null;
                }));
            }
            for (long id = 1; id <= jobs; id++) {
                queue.offer(new QueuedJob(7, id, List.of(), false));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(given).hasSize(jobs);
        assertThat(queue.size()).isZero();
    }

    private Optional<Long> take(RunnerRecord runner) throws InterruptedException {
        return queue.take(runner, Duration.ZERO, () -> false).map(QueuedJob::jobId);
    }

    private static RunnerRecord runner(long id, boolean protectedOnly, String... tags) {
        return new RunnerRecord(id, "r", List.of(tags), true, false, protectedOnly, false, 0, Instant.EPOCH, null);
    }
}
