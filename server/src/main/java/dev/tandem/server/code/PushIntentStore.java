package dev.tandem.server.code;

import static dev.tandem.server.platform.tables.Tables.PUSH_INTENTS;

import dev.tandem.server.platform.tables.tables.records.PushIntentsRecord;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;

/** Rows of push intents. */
final class PushIntentStore {
    private final DSLContext sql;

    PushIntentStore(DSLContext sql) {
        this.sql = sql;
    }

    void open(PushIntent intent) {
        sql.insertInto(PUSH_INTENTS)
                .set(PUSH_INTENTS.PUSH_ID, intent.pushId())
                .set(PUSH_INTENTS.PROJECT_ID, intent.projectId())
                .set(PUSH_INTENTS.REF, intent.ref())
                .set(PUSH_INTENTS.OLD_SHA, intent.before())
                .set(PUSH_INTENTS.NEW_SHA, intent.after())
                .set(PUSH_INTENTS.USER_ID, intent.userId())
                // No push option holds a line break: git ends each packet of them with one.
                .set(PUSH_INTENTS.PUSH_OPTIONS, String.join("\n", intent.pushOptions()))
                .set(PUSH_INTENTS.STATUS, PushIntent.Status.OPEN.stored())
                .set(PUSH_INTENTS.ACCEPTED_AT, intent.acceptedAt().toEpochMilli())
                .execute();
    }

    /** @return whether the intent was open until now */
    boolean close(String pushId, PushIntent.Status outcome, Instant now) {
        if (!PushIntent.Status.OPEN.canBecome(outcome)) {
            throw new IllegalArgumentException("an open intent does not become " + outcome);
        }
        return sql.update(PUSH_INTENTS)
                        .set(PUSH_INTENTS.STATUS, outcome.stored())
                        .set(PUSH_INTENTS.CLOSED_AT, now.toEpochMilli())
                        .where(PUSH_INTENTS.PUSH_ID.eq(pushId), PUSH_INTENTS.STATUS.eq(PushIntent.Status.OPEN.stored()))
                        .execute()
                == 1;
    }

    /** Open intents of a project, oldest first. */
    List<PushIntent> listOpen(long projectId, int limit) {
        return sql.selectFrom(PUSH_INTENTS)
                .where(PUSH_INTENTS.STATUS.eq(PushIntent.Status.OPEN.stored()), PUSH_INTENTS.PROJECT_ID.eq(projectId))
                .orderBy(PUSH_INTENTS.ID)
                .limit(limit)
                .fetch(PushIntentStore::intent);
    }

    List<Long> projectsWithOpen(int limit) {
        return sql.selectDistinct(PUSH_INTENTS.PROJECT_ID)
                .from(PUSH_INTENTS)
                .where(PUSH_INTENTS.STATUS.eq(PushIntent.Status.OPEN.stored()))
                .limit(limit)
                .fetch(row -> row.value1());
    }

    private static PushIntent intent(PushIntentsRecord row) {
        return new PushIntent(
                row.getPushId(),
                row.getProjectId(),
                row.getRef(),
                row.getOldSha(),
                row.getNewSha(),
                row.getUserId(),
                row.getPushOptions().lines().toList(),
                Instant.ofEpochMilli(row.getAcceptedAt()));
    }
}
