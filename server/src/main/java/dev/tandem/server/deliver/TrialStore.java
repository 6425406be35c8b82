package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.JUDGE_TRIALS;

import dev.tandem.server.deliver.judge.Course;
import dev.tandem.server.deliver.judge.Thresholds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Rows of what the judge stands on. */
final class TrialStore {
    private final DSLContext sql;
    private final JsonMapper json;

    TrialStore(DSLContext sql, JsonMapper json) {
        this.sql = sql;
        this.json = json;
    }

    /**
     * @param probes paths that both revisions are asked for
     * @param course null until the first counts came
     */
    record Trial(
            Thresholds thresholds,
            List<String> probes,
            @Nullable Course course) {}

    Optional<Trial> find(long rolloutId) {
        return sql.selectFrom(JUDGE_TRIALS)
                .where(JUDGE_TRIALS.ROLLOUT_ID.eq(rolloutId))
                .fetchOptional(row -> new Trial(
                        json.readValue(row.getThresholds(), Thresholds.class),
                        RolloutJsonText.texts(row.getProbes()),
                        row.getCourse() == null ? null : json.readValue(row.getCourse(), Course.class)));
    }

    /** The first ones stay: what is compared must not change while it is. */
    void begin(long rolloutId, Thresholds thresholds, List<String> probes, Instant now) {
        sql.insertInto(JUDGE_TRIALS)
                .set(JUDGE_TRIALS.ROLLOUT_ID, rolloutId)
                .set(JUDGE_TRIALS.THRESHOLDS, json.writeValueAsString(thresholds))
                .set(JUDGE_TRIALS.PROBES, RolloutJsonText.texts(probes))
                .set(JUDGE_TRIALS.UPDATED_AT, now.toEpochMilli())
                .onConflictDoNothing()
                .execute();
    }

    void course(long rolloutId, Course course, Instant now) {
        sql.update(JUDGE_TRIALS)
                .set(JUDGE_TRIALS.COURSE, json.writeValueAsString(course))
                .set(JUDGE_TRIALS.UPDATED_AT, now.toEpochMilli())
                .where(JUDGE_TRIALS.ROLLOUT_ID.eq(rolloutId))
                .execute();
    }
}
