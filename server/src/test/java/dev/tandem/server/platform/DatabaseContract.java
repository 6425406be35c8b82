package dev.tandem.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What every database must keep; one empty subclass each. */
abstract class DatabaseContract {
    static final JsonMapper JSON = JsonMapper.builder().build();

    abstract Databases.Opened opened();

    record Happened(String what) implements DomainEvent {}

    record Work(int number) {}

    @Test
    void whatWasWrittenIsRead() {
        set("a", "1");

        assertThat(get("a")).isEqualTo("1");
    }

    @Test
    void aFailedTransactionLeavesNothing() {
        assertThatThrownBy(() -> opened().database().write(tx -> {
                    tx.sql().execute("insert into installation (name, value) values ('b', '1')");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        assertThat(get("b")).isNull();
    }

    @Test
    void aTransactionInsideAnotherOneIsRefusedOnSqlite() {
        if (opened().database() instanceof SqliteDatabase database) {
            assertThatThrownBy(() -> database.write(tx -> database.read(sql -> 1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("inside another one");
        }
    }

    @Test
    void manyVirtualThreadsWriteWithoutLosingAnUpdate() throws InterruptedException {
        set("counter", "0");
        CountDownLatch done = new CountDownLatch(50);
        for (int i = 0; i < 50; i++) {
            Thread.startVirtualThread(() -> {
                opened().database()
                        .write(tx -> tx.sql()
                                .execute(
                                        "update installation set value = cast(cast(value as integer) + 1 as varchar(20))"
                                                + " where name = 'counter'"));
                done.countDown();
            });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(get("counter")).isEqualTo("50");
    }

    @Test
    void anEventReachesItsListenerWithinASecondOfTheCommit() throws InterruptedException {
        BlockingQueue<String> seen = new ArrayBlockingQueue<>(10);
        TaskExecutor executor = executor(
                List.of(new EventListener<>("test.seen", Happened.class, (id, event) -> seen.add(event.what()))),
                List.of());
        executor.start();
        try {
            opened().database().write(tx -> {
                tx.publish(new Happened("push"));
                return 0;
            });

            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("push");
        } finally {
            executor.stop();
        }
    }

    @Test
    void aTaskThatFailsRunsAgain() throws InterruptedException {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        DurableTask<Work> task = new DurableTask<>("test.fails-once", Work.class, work -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("first time");
            }
            done.countDown();
        });
        TaskExecutor executor = executor(List.of(), List.of(task));
        executor.start();
        try {
            opened().database().write(tx -> {
                tx.schedule(task, "one", new Work(1), Instant.now());
                return 0;
            });

            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(attempts).hasValue(2);
        } finally {
            executor.stop();
        }
    }

    @Test
    void aTaskOfARolledBackTransactionNeverRuns() {
        AtomicInteger runs = new AtomicInteger();
        DurableTask<Work> task = new DurableTask<>("test.never", Work.class, work -> runs.incrementAndGet());
        assertThatThrownBy(() -> opened().database().write(tx -> {
                    tx.schedule(task, "one", new Work(1), Instant.now());
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        Integer waiting = opened().database()
                .read(sql -> sql.fetchCount(
                        DSL.table("scheduled_tasks"), DSL.field("task_name").eq("test.never")));
        assertThat(waiting).isZero();
    }

    @Test
    void recurringTasksRunAtOnceAndAgain() throws InterruptedException {
        CountDownLatch twice = new CountDownLatch(2);
        TaskExecutor executor = new TaskExecutor(
                opened().tasks(),
                opened().taskConnections(),
                JSON,
                List.of(),
                List.of(),
                List.of(new RecurringTask("test.again", Duration.ofMillis(20), twice::countDown)));
        executor.start();
        try {
            assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            executor.stop();
        }
    }

    private TaskExecutor executor(List<EventListener<?>> listeners, List<DurableTask<?>> tasks) {
        return new TaskExecutor(opened().tasks(), opened().taskConnections(), JSON, listeners, tasks, List.of());
    }

    private void set(String name, String value) {
        opened().database().write(tx -> {
            tx.sql().execute("delete from installation where name = ?", name);
            return tx.sql().execute("insert into installation (name, value) values (?, ?)", name, value);
        });
    }

    private @org.jspecify.annotations.Nullable String get(String name) {
        return opened().database()
                .read(sql -> sql.fetchOptional("select value from installation where name = ?", name)
                        .map(row -> row.get(0, String.class))
                        .orElse(null));
    }
}
