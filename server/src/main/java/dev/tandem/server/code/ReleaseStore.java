package dev.tandem.server.code;

import static dev.tandem.server.platform.tables.Tables.RELEASES;
import static dev.tandem.server.platform.tables.Tables.RELEASE_LINKS;

import dev.tandem.server.platform.tables.tables.records.ReleasesRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.SortField;

/** Rows of releases and their links. */
final class ReleaseStore {
    private final DSLContext sql;

    ReleaseStore(DSLContext sql) {
        this.sql = sql;
    }

    /** @return whether there was none of this tag yet */
    boolean insert(Release release) {
        boolean inserted = sql.insertInto(RELEASES)
                        .set(RELEASES.PROJECT_ID, release.projectId())
                        .set(RELEASES.TAG_NAME, release.tagName())
                        .set(RELEASES.NAME, release.name())
                        .set(RELEASES.DESCRIPTION, release.description())
                        .set(RELEASES.SHA, release.sha())
                        .set(RELEASES.AUTHOR_ID, release.authorId())
                        .set(RELEASES.CREATED_AT, release.createdAt().toEpochMilli())
                        .set(RELEASES.RELEASED_AT, release.releasedAt().toEpochMilli())
                        .onConflict(RELEASES.PROJECT_ID, RELEASES.TAG_NAME)
                        .doNothing()
                        .execute()
                == 1;
        if (inserted) {
            long id = find(release.projectId(), release.tagName()).orElseThrow().id();
            release.links().forEach(link -> add(id, link));
        }
        return inserted;
    }

    void add(long releaseId, ReleaseLink link) {
        sql.insertInto(RELEASE_LINKS)
                .set(RELEASE_LINKS.RELEASE_ID, releaseId)
                .set(RELEASE_LINKS.NAME, link.name())
                .set(RELEASE_LINKS.URL, link.url())
                .set(RELEASE_LINKS.FILEPATH, link.filepath())
                .set(RELEASE_LINKS.LINK_TYPE, link.type())
                .execute();
    }

    /** @return whether the release has such a link */
    boolean removeLink(long releaseId, long linkId) {
        return sql.deleteFrom(RELEASE_LINKS)
                        .where(RELEASE_LINKS.RELEASE_ID.eq(releaseId).and(RELEASE_LINKS.ID.eq(linkId)))
                        .execute()
                == 1;
    }

    void update(long id, String name, String description, Instant releasedAt) {
        sql.update(RELEASES)
                .set(RELEASES.NAME, name)
                .set(RELEASES.DESCRIPTION, description)
                .set(RELEASES.RELEASED_AT, releasedAt.toEpochMilli())
                .where(RELEASES.ID.eq(id))
                .execute();
    }

    /** @return whether there was one */
    boolean delete(long projectId, String tagName) {
        return sql.deleteFrom(RELEASES)
                        .where(RELEASES.PROJECT_ID.eq(projectId).and(RELEASES.TAG_NAME.eq(tagName)))
                        .execute()
                == 1;
    }

    Optional<Release> find(long projectId, String tagName) {
        return withLinks(sql.selectFrom(RELEASES)
                        .where(RELEASES.PROJECT_ID.eq(projectId).and(RELEASES.TAG_NAME.eq(tagName)))
                        .fetch())
                .stream()
                .findFirst();
    }

    List<Release> list(long projectId, Releases.Order order, int offset, int limit) {
        var time = order.byCreation() ? RELEASES.CREATED_AT : RELEASES.RELEASED_AT;
        SortField<Long> byTime = order.ascending() ? time.asc() : time.desc();
        SortField<Long> byId = order.ascending() ? RELEASES.ID.asc() : RELEASES.ID.desc();
        return withLinks(sql.selectFrom(RELEASES)
                .where(RELEASES.PROJECT_ID.eq(projectId))
                .orderBy(byTime, byId)
                .limit(limit)
                .offset(offset)
                .fetch());
    }

    int count(long projectId) {
        return sql.fetchCount(RELEASES, RELEASES.PROJECT_ID.eq(projectId));
    }

    private List<Release> withLinks(List<ReleasesRecord> rows) {
        Map<Long, List<ReleaseLink>> links = new HashMap<>();
        sql.selectFrom(RELEASE_LINKS)
                .where(RELEASE_LINKS.RELEASE_ID.in(
                        rows.stream().map(ReleasesRecord::getId).toList()))
                .orderBy(RELEASE_LINKS.ID)
                .forEach(row -> links.computeIfAbsent(row.getReleaseId(), id -> new ArrayList<>())
                        .add(new ReleaseLink(
                                row.getId(), row.getName(), row.getUrl(), row.getFilepath(), row.getLinkType())));
        return rows.stream()
                .map(row -> new Release(
                        row.getId(),
                        row.getProjectId(),
                        row.getTagName(),
                        row.getName(),
                        row.getDescription(),
                        row.getSha(),
                        row.getAuthorId(),
                        Instant.ofEpochMilli(row.getCreatedAt()),
                        Instant.ofEpochMilli(row.getReleasedAt()),
                        links.getOrDefault(row.getId(), List.of())))
                .toList();
    }
}
