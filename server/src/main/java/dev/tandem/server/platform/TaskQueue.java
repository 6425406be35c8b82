package dev.tandem.server.platform;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.SerializationException;
import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes durable tasks inside a transaction. What executes them is {@link TaskExecutor}, which registers itself to be
 * woken after commits. Safe for use by many threads.
 */
final class TaskQueue {
    private final JsonMapper json;
    private final JdbcCustomization dialect;
    private final List<EventListener<?>> listeners = new CopyOnWriteArrayList<>();
    private volatile Runnable wake = () -> {};

    TaskQueue(JsonMapper json, SQLDialect dialect) {
        this.json = json;
        this.dialect = dialect == SQLDialect.SQLITE ? new SqliteCustomization() : new DefaultJdbcCustomization(true);
    }

    void listen(List<EventListener<?>> all) {
        listeners.addAll(all);
    }

    void onWake(Runnable action) {
        wake = action;
    }

    void wake() {
        wake.run();
    }

    JdbcCustomization dialect() {
        return dialect;
    }

    Serializer serializer() {
        return new JsonSerializer(json);
    }

    static String taskName(EventListener<?> listener) {
        return "event:" + listener.name();
    }

    void publish(Connection transaction, DomainEvent event) {
        List<EventListener<?>> wanting =
                listeners.stream().filter(listener -> listener.wants(event)).toList();
        if (wanting.isEmpty()) {
            return;
        }
        String id = UUID.randomUUID().toString();
        Delivery delivery = new Delivery(id, json.writeValueAsString(event));
        wanting.forEach(listener -> schedule(transaction, taskName(listener), id, delivery, Instant.now()));
    }

    void schedule(Connection transaction, String task, String instance, @Nullable Object data, Instant at) {
        SchedulerClient client = SchedulerClient.Builder.create(new SharedConnection(transaction))
                .serializer(serializer())
                .jdbcCustomization(dialect)
                .build();
        client.scheduleIfNotExists(new TaskInstance<>(task, instance, data), at);
    }

    /** One event on its way to one listener. */
    record Delivery(String eventId, String body) {}

    /** SQLite knows neither {@code FETCH FIRST} nor {@code SELECT ... FOR UPDATE}. */
    private static final class SqliteCustomization extends DefaultJdbcCustomization {
        SqliteCustomization() {
            super(true);
        }

        @Override
        public String getQueryLimitPart(int limit) {
            return " LIMIT " + limit;
        }
    }

    private record JsonSerializer(JsonMapper json) implements Serializer {
        @Override
        public byte[] serialize(Object data) {
            return data == null ? new byte[0] : json.writeValueAsBytes(data);
        }

        @Override
        public <T> T deserialize(Class<T> type, byte[] bytes) {
            try {
                return json.readValue(bytes, type);
            } catch (JacksonException e) {
                throw new SerializationException("cannot read the data of a durable task as " + type.getName(), e);
            }
        }
    }
}
