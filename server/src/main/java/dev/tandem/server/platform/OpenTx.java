package dev.tandem.server.platform;

import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/** The transaction handed to callers of {@link Database#write}; the same for both databases. */
final class OpenTx implements Tx {
    private final Connection connection;
    private final DSLContext sql;
    private final TaskQueue tasks;
    private final List<Runnable> afterCommit = new ArrayList<>();
    private boolean scheduled;

    OpenTx(Connection connection, DSLContext sql, TaskQueue tasks) {
        this.connection = connection;
        this.sql = sql;
        this.tasks = tasks;
    }

    @Override
    public DSLContext sql() {
        return sql;
    }

    @Override
    public void publish(DomainEvent event) {
        tasks.publish(connection, event);
        scheduled = true;
    }

    @Override
    public <T> void schedule(DurableTask<T> task, String instance, T data, Instant at) {
        tasks.schedule(connection, task.name(), instance, data, at);
        scheduled = true;
    }

    @Override
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /** To be called once the commit is durable. */
    void committed() {
        afterCommit.forEach(Runnable::run);
        if (scheduled) {
            tasks.wake();
        }
    }
}
