package dev.tandem.server.code;

import static dev.tandem.server.platform.tables.Tables.SEARCH_HEADS;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** For each project the commit that a search in its default branch is to look at. */
final class SearchHeadStore {
    /** As many ids go into one statement. */
    private static final int BATCH = 500;

    private final DSLContext sql;

    SearchHeadStore(DSLContext sql) {
        this.sql = sql;
    }

    void put(long projectId, String sha) {
        sql.insertInto(SEARCH_HEADS)
                .set(SEARCH_HEADS.PROJECT_ID, projectId)
                .set(SEARCH_HEADS.SHA, sha)
                .onConflict(SEARCH_HEADS.PROJECT_ID)
                .doUpdate()
                .set(SEARCH_HEADS.SHA, sha)
                .execute();
    }

    Map<Long, String> all() {
        return sql.select(SEARCH_HEADS.PROJECT_ID, SEARCH_HEADS.SHA)
                .from(SEARCH_HEADS)
                .fetchMap(SEARCH_HEADS.PROJECT_ID, SEARCH_HEADS.SHA);
    }

    Map<Long, String> of(Collection<Long> projects) {
        Map<Long, String> heads = new HashMap<>();
        List<Long> ids = List.copyOf(projects);
        for (int from = 0; from < ids.size(); from += BATCH) {
            heads.putAll(sql.select(SEARCH_HEADS.PROJECT_ID, SEARCH_HEADS.SHA)
                    .from(SEARCH_HEADS)
                    .where(SEARCH_HEADS.PROJECT_ID.in(ids.subList(from, Math.min(from + BATCH, ids.size()))))
                    .fetchMap(SEARCH_HEADS.PROJECT_ID, SEARCH_HEADS.SHA));
        }
        return heads;
    }
}
