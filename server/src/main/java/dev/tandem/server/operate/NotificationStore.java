package dev.tandem.server.operate;

import static dev.tandem.server.platform.tables.Tables.NOTIFICATION_CHANNELS;
import static dev.tandem.server.platform.tables.Tables.NOTIFICATION_DELIVERIES;

import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.tables.tables.records.NotificationChannelsRecord;
import dev.tandem.server.platform.tables.tables.records.NotificationDeliveriesRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Rows of channels and of what went through them. */
final class NotificationStore {
    private final DSLContext sql;
    private final SecretBox secrets;
    private final JsonMapper json;

    NotificationStore(DSLContext sql, SecretBox secrets, JsonMapper json) {
        this.sql = sql;
        this.secrets = secrets;
        this.json = json;
    }

    Channel insert(
            long projectId,
            Channel.Kind kind,
            String target,
            @Nullable String secret,
            Set<Notice.Event> events,
            Instant now) {
        long id = Objects.requireNonNull(sql.insertInto(NOTIFICATION_CHANNELS)
                .set(NOTIFICATION_CHANNELS.PROJECT_ID, projectId)
                .set(NOTIFICATION_CHANNELS.KIND, kind.wire())
                .set(NOTIFICATION_CHANNELS.TARGET, secrets.seal(target))
                .set(NOTIFICATION_CHANNELS.SECRET, secret == null ? null : secrets.seal(secret))
                .set(
                        NOTIFICATION_CHANNELS.EVENTS,
                        events.stream().map(Notice.Event::wire).sorted().collect(Collectors.joining(",")))
                .set(NOTIFICATION_CHANNELS.CREATED_AT, now.toEpochMilli())
                .returningResult(NOTIFICATION_CHANNELS.ID)
                .fetchOne(NOTIFICATION_CHANNELS.ID));
        return channel(id).orElseThrow();
    }

    Optional<Channel> channel(long id) {
        return sql.selectFrom(NOTIFICATION_CHANNELS)
                .where(NOTIFICATION_CHANNELS.ID.eq(id))
                .fetchOptional(this::channel);
    }

    /** In the order in which they were made. */
    List<Channel> channels(long projectId) {
        return sql.selectFrom(NOTIFICATION_CHANNELS)
                .where(NOTIFICATION_CHANNELS.PROJECT_ID.eq(projectId))
                .orderBy(NOTIFICATION_CHANNELS.ID)
                .fetch(this::channel);
    }

    /** @return whether it was there */
    boolean delete(long projectId, long id) {
        return sql.deleteFrom(NOTIFICATION_CHANNELS)
                        .where(NOTIFICATION_CHANNELS.PROJECT_ID.eq(projectId), NOTIFICATION_CHANNELS.ID.eq(id))
                        .execute()
                == 1;
    }

    /** Empty when this channel was told already. Only the newest {@code keep} of a channel stay. */
    Optional<Long> add(long channelId, Notice notice, int keep, Instant now) {
        // Not "returning": on SQLite that gave the id of an older row when the conflict kept this one out.
        int added = sql.insertInto(NOTIFICATION_DELIVERIES)
                .set(NOTIFICATION_DELIVERIES.CHANNEL_ID, channelId)
                .set(NOTIFICATION_DELIVERIES.EVENT, notice.event().wire())
                .set(NOTIFICATION_DELIVERIES.EVENT_KEY, notice.key())
                .set(NOTIFICATION_DELIVERIES.NOTICE, json.writeValueAsString(notice))
                .set(NOTIFICATION_DELIVERIES.STATE, Delivery.State.WAITING.wire())
                .set(NOTIFICATION_DELIVERIES.ATTEMPTS, 0L)
                .set(NOTIFICATION_DELIVERIES.CREATED_AT, now.toEpochMilli())
                .set(NOTIFICATION_DELIVERIES.UPDATED_AT, now.toEpochMilli())
                .onConflictDoNothing()
                .execute();
        if (added == 0) {
            return Optional.empty();
        }
        List<Long> old = sql.select(NOTIFICATION_DELIVERIES.ID)
                .from(NOTIFICATION_DELIVERIES)
                .where(NOTIFICATION_DELIVERIES.CHANNEL_ID.eq(channelId))
                .orderBy(NOTIFICATION_DELIVERIES.ID.desc())
                .offset(keep)
                .limit(1)
                .fetch(NOTIFICATION_DELIVERIES.ID);
        if (!old.isEmpty()) {
            sql.deleteFrom(NOTIFICATION_DELIVERIES)
                    .where(
                            NOTIFICATION_DELIVERIES.CHANNEL_ID.eq(channelId),
                            NOTIFICATION_DELIVERIES.ID.le(old.getFirst()))
                    .execute();
        }
        return sql.select(NOTIFICATION_DELIVERIES.ID)
                .from(NOTIFICATION_DELIVERIES)
                .where(
                        NOTIFICATION_DELIVERIES.CHANNEL_ID.eq(channelId),
                        NOTIFICATION_DELIVERIES.EVENT_KEY.eq(notice.key()))
                .fetchOptional(NOTIFICATION_DELIVERIES.ID);
    }

    Optional<Delivery> delivery(long id) {
        return sql.selectFrom(NOTIFICATION_DELIVERIES)
                .where(NOTIFICATION_DELIVERIES.ID.eq(id))
                .fetchOptional(this::delivery);
    }

    /** Newest first. */
    List<Delivery> deliveries(long projectId, int limit) {
        return sql.select(NOTIFICATION_DELIVERIES.fields())
                .from(NOTIFICATION_DELIVERIES)
                .join(NOTIFICATION_CHANNELS)
                .on(NOTIFICATION_CHANNELS.ID.eq(NOTIFICATION_DELIVERIES.CHANNEL_ID))
                .where(NOTIFICATION_CHANNELS.PROJECT_ID.eq(projectId))
                .orderBy(NOTIFICATION_DELIVERIES.ID.desc())
                .limit(limit)
                .fetch(row -> delivery(row.into(NOTIFICATION_DELIVERIES)));
    }

    /** @return whether it waited for this attempt */
    boolean attempted(long id, int attempt, Delivery.State state, String answer, Instant now) {
        return sql.update(NOTIFICATION_DELIVERIES)
                        .set(NOTIFICATION_DELIVERIES.STATE, state.wire())
                        .set(NOTIFICATION_DELIVERIES.ATTEMPTS, (long) attempt)
                        .set(NOTIFICATION_DELIVERIES.ANSWER, answer)
                        .set(NOTIFICATION_DELIVERIES.UPDATED_AT, now.toEpochMilli())
                        .where(
                                NOTIFICATION_DELIVERIES.ID.eq(id),
                                NOTIFICATION_DELIVERIES.STATE.eq(Delivery.State.WAITING.wire()),
                                NOTIFICATION_DELIVERIES.ATTEMPTS.eq(attempt - 1L))
                        .execute()
                == 1;
    }

    private Channel channel(NotificationChannelsRecord row) {
        return new Channel(
                row.getId(),
                row.getProjectId(),
                Channel.Kind.ofWire(row.getKind()).orElseThrow(),
                secrets.open(row.getTarget()),
                row.getSecret() == null ? null : secrets.open(row.getSecret()),
                Arrays.stream(row.getEvents().split(","))
                        .flatMap(word -> Notice.Event.ofWire(word).stream())
                        .collect(Collectors.toSet()),
                Instant.ofEpochMilli(row.getCreatedAt()));
    }

    private Delivery delivery(NotificationDeliveriesRecord row) {
        return new Delivery(
                row.getId(),
                row.getChannelId(),
                json.readValue(row.getNotice(), Notice.class),
                Delivery.State.ofWire(row.getState()),
                Math.toIntExact(row.getAttempts()),
                row.getAnswer(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Instant.ofEpochMilli(row.getUpdatedAt()));
    }
}
