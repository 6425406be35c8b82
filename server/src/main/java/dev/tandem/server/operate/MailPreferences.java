package dev.tandem.server.operate;

import static dev.tandem.server.platform.tables.Tables.MAIL_PREFERENCES;
import static dev.tandem.server.platform.tables.Tables.PERSONAL_MAILS;

import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.Tx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jooq.Field;

/** Which notices people want by mail. Safe for use by many threads. */
public final class MailPreferences {
    private static final Duration REMEMBERED = Duration.ofDays(60);
    private static final Pattern TICKET = Pattern.compile("unsubscribe:([0-9]{1,18}):([A-Z]{1,20})");

    private final Database database;
    private final SecretBox secrets;

    MailPreferences(Database database, SecretBox secrets) {
        this.database = database;
        this.secrets = secrets;
    }

    /** What one can be told of; each is a message {@code operate.mail.topic.NAME} too. */
    public enum Topic {
        /** Incidents of projects in which one is a developer or more. */
        INCIDENTS,
        /** Pipelines of one's own that failed. */
        PIPELINES,
        /** Rollouts of those projects that stand still until a person decides. */
        ROLLOUTS;

        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        private Field<Boolean> column() {
            return switch (this) {
                case INCIDENTS -> MAIL_PREFERENCES.INCIDENTS;
                case PIPELINES -> MAIL_PREFERENCES.PIPELINES;
                case ROLLOUTS -> MAIL_PREFERENCES.ROLLOUTS;
            };
        }
    }

    public Set<Topic> of(UserId user) {
        return database.read(sql -> sql.selectFrom(MAIL_PREFERENCES)
                .where(MAIL_PREFERENCES.USER_ID.eq(user.value()))
                .fetchOptional(row -> {
                    Set<Topic> wanted = EnumSet.noneOf(Topic.class);
                    for (Topic topic : Topic.values()) {
                        if (Boolean.TRUE.equals(row.get(topic.column()))) {
                            wanted.add(topic);
                        }
                    }
                    return wanted;
                })
                .orElse(Set.of()));
    }

    /** Of these people, those who want to be told of this. */
    List<UserId> wanting(Collection<UserId> users, Topic topic) {
        return database.read(sql -> sql.select(MAIL_PREFERENCES.USER_ID)
                .from(MAIL_PREFERENCES)
                .where(
                        MAIL_PREFERENCES.USER_ID.in(
                                users.stream().map(UserId::value).toList()),
                        topic.column().isTrue())
                .fetch(row -> new UserId(row.value1())));
    }

    public void choose(UserId user, Set<Topic> wanted) {
        Map<Field<?>, Object> columns =
                List.of(Topic.values()).stream().collect(Collectors.toMap(Topic::column, wanted::contains));
        database.write(tx -> tx.sql()
                .insertInto(MAIL_PREFERENCES)
                .set(MAIL_PREFERENCES.USER_ID, user.value())
                .set(columns)
                .onConflict(MAIL_PREFERENCES.USER_ID)
                .doUpdate()
                .set(columns)
                .execute());
    }

    /** Part of an address with which its reader stops these mails, signed in or not. */
    String ticket(UserId user, Topic topic) {
        String sealed = secrets.seal("unsubscribe:" + user.value() + ":" + topic.name());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed.getBytes(StandardCharsets.UTF_8));
    }

    /** Whose mails a ticket stops, and which; empty when it is none of ours. */
    public record Unsubscription(UserId user, Topic topic) {}

    public Optional<Unsubscription> read(String ticket) {
        try {
            String sealed = new String(Base64.getUrlDecoder().decode(ticket), StandardCharsets.UTF_8);
            Matcher parts = TICKET.matcher(secrets.open(sealed));
            return parts.matches()
                    ? Optional.of(new Unsubscription(
                            new UserId(Long.parseLong(parts.group(1))), Topic.valueOf(parts.group(2))))
                    : Optional.empty();
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    public void stop(Unsubscription unsubscription) {
        database.write(tx -> tx.sql()
                .update(MAIL_PREFERENCES)
                .set(unsubscription.topic().column(), false)
                .where(MAIL_PREFERENCES.USER_ID.eq(unsubscription.user().value()))
                .execute());
    }

    /** @return whether this person was not told of this event yet */
    boolean first(Tx tx, UserId user, String eventKey, Instant now) {
        tx.sql()
                .deleteFrom(PERSONAL_MAILS)
                .where(PERSONAL_MAILS.CREATED_AT.lt(now.minus(REMEMBERED).toEpochMilli()))
                .execute();
        return tx.sql()
                        .insertInto(PERSONAL_MAILS)
                        .set(PERSONAL_MAILS.USER_ID, user.value())
                        .set(PERSONAL_MAILS.EVENT_KEY, eventKey)
                        .set(PERSONAL_MAILS.CREATED_AT, now.toEpochMilli())
                        .onConflictDoNothing()
                        .execute()
                == 1;
    }
}
