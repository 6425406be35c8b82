package dev.tandem.server.platform;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.json.JsonMapper;

/** Executes durable tasks, delivers events and runs recurring tasks, from start to stop of the application. */
final class TaskExecutor implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(TaskExecutor.class);
    private static final int THREADS = 4;
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final TaskQueue queue;
    private final DataSource connections;
    private final JsonMapper json;
    private final List<Task<?>> tasks = new ArrayList<>();
    private final List<RecurringTask> recurring;
    private @Nullable Scheduler scheduler;
    private @Nullable ScheduledExecutorService timer;

    TaskExecutor(
            TaskQueue queue,
            DataSource connections,
            JsonMapper json,
            List<EventListener<?>> listeners,
            List<DurableTask<?>> durable,
            List<RecurringTask> recurring) {
        this.queue = queue;
        this.connections = connections;
        this.json = json;
        this.recurring = recurring;
        listeners.forEach(listener -> tasks.add(task(listener)));
        durable.forEach(task -> tasks.add(task(task)));
        queue.listen(listeners);
    }

    @Override
    public void start() {
        Scheduler started = new SchedulerBuilder(connections, tasks)
                .threads(THREADS)
                .pollingInterval(POLL)
                .heartbeatInterval(HEARTBEAT)
                .serializer(queue.serializer())
                .jdbcCustomization(queue.dialect())
                .shutdownMaxWait(Duration.ofSeconds(10))
                .build();
        started.start();
        queue.onWake(started::triggerCheckForDueExecutions);
        scheduler = started;
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("recurring").factory());
        for (RecurringTask task : recurring) {
            clock.scheduleWithFixedDelay(() -> run(task), 0, task.every().toMillis(), TimeUnit.MILLISECONDS);
        }
        timer = clock;
    }

    @Override
    public void stop() {
        queue.onWake(() -> {});
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
        if (scheduler != null) {
            scheduler.stop();
            scheduler = null;
        }
    }

    @Override
    public boolean isRunning() {
        return scheduler != null;
    }

    private static void run(RecurringTask task) {
        try {
            task.work().run();
        } catch (RuntimeException e) {
            LOG.error("recurring task {} failed; it runs again in {}", task.name(), task.every(), e);
        }
    }

    private <E extends DomainEvent> Task<?> task(EventListener<E> listener) {
        return Tasks.oneTime(TaskQueue.taskName(listener), TaskQueue.Delivery.class)
                .onFailure(TaskExecutor::retryLater)
                .execute((instance, context) -> {
                    TaskQueue.Delivery delivery = instance.getData();
                    listener.handle().accept(delivery.eventId(), json.readValue(delivery.body(), listener.type()));
                });
    }

    private static <T> Task<?> task(DurableTask<T> task) {
        return Tasks.oneTime(task.name(), task.type())
                .onFailure(TaskExecutor::retryLater)
                .execute((instance, context) -> task.work().accept(instance.getData()));
    }

    private static <T> void retryLater(ExecutionComplete complete, ExecutionOperations<T> operations) {
        int failures = complete.getExecution().consecutiveFailures;
        long seconds = Math.min(LONGEST_PAUSE.toSeconds(), 1L << Math.min(failures, 20));
        operations.reschedule(complete, Instant.now().plusSeconds(seconds));
    }
}
