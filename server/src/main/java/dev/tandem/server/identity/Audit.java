package dev.tandem.server.identity;

import static dev.tandem.server.platform.tables.Tables.AUDIT_EVENTS;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.tables.tables.records.AuditEventsRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/** The audit log: who did what to what. Written in the transaction of the deed, never changed. */
public final class Audit {
    private static final int LONGEST_TARGET = 500;
    private static final int LONGEST_DETAIL = 4000;

    private final Database database;
    private final Clock clock;

    Audit(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Notes a deed; it is there if and only if {@code tx} commits.
     *
     * @param action stable word for filters: {@code member.add}
     * @param target what it was done to: {@code root/shop}, {@code user mei}; cut at 500 characters
     * @param detail free text, never a secret; cut at 4000 characters
     */
    public void record(Tx tx, Actor actor, String action, String target, String detail) {
        tx.sql()
                .insertInto(AUDIT_EVENTS)
                .set(AUDIT_EVENTS.CREATED_AT, clock.millis())
                .set(AUDIT_EVENTS.USER_ID, actor.userId().map(UserId::value).orElse(null))
                .set(AUDIT_EVENTS.ACTOR, actor.name())
                .set(AUDIT_EVENTS.ACTION, action)
                .set(AUDIT_EVENTS.TARGET, cut(target, LONGEST_TARGET))
                .set(AUDIT_EVENTS.DETAIL, cut(detail, LONGEST_DETAIL))
                .execute();
    }

    /**
     * What to look for; an empty text matches everything.
     *
     * @param actor exact name
     * @param action its beginning: {@code member.}
     * @param target a part of it
     */
    public record Filter(String actor, String action, String target) {}

    /** Newest first. */
    public List<AuditEvent> list(Filter filter, int offset, int limit) {
        return database.read(sql -> sql.selectFrom(AUDIT_EVENTS)
                .where(condition(filter))
                .orderBy(AUDIT_EVENTS.ID.desc())
                .offset(offset)
                .limit(limit)
                .fetch(Audit::event));
    }

    /** Newest first, those older than {@code before}: for reading all of them in pieces while new ones come. */
    public List<AuditEvent> listBefore(Filter filter, long before, int limit) {
        return database.read(sql -> sql.selectFrom(AUDIT_EVENTS)
                .where(condition(filter))
                .and(AUDIT_EVENTS.ID.lt(before))
                .orderBy(AUDIT_EVENTS.ID.desc())
                .limit(limit)
                .fetch(Audit::event));
    }

    public int count(Filter filter) {
        return database.read(sql -> sql.fetchCount(AUDIT_EVENTS, condition(filter)));
    }

    private static AuditEvent event(AuditEventsRecord row) {
        return new AuditEvent(
                row.getId(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                row.getActor(),
                row.getAction(),
                row.getTarget(),
                row.getDetail());
    }

    private static Condition condition(Filter filter) {
        Condition all = DSL.noCondition();
        all = filter.actor().isEmpty() ? all : all.and(AUDIT_EVENTS.ACTOR.eq(filter.actor()));
        all = filter.action().isEmpty() ? all : all.and(AUDIT_EVENTS.ACTION.startsWith(filter.action()));
        return filter.target().isEmpty() ? all : all.and(AUDIT_EVENTS.TARGET.contains(filter.target()));
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
