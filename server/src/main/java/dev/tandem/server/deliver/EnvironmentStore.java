package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.ENVIRONMENTS;
import static dev.tandem.server.platform.tables.Tables.REVISIONS;

import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.tables.tables.records.EnvironmentsRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of environments. */
final class EnvironmentStore {
    private final DSLContext sql;

    EnvironmentStore(DSLContext sql) {
        this.sql = sql;
    }

    Optional<Environment> find(long id) {
        return sql.selectFrom(ENVIRONMENTS).where(ENVIRONMENTS.ID.eq(id)).fetchOptional(EnvironmentStore::environment);
    }

    Optional<Environment> find(long projectId, String name) {
        return sql.selectFrom(ENVIRONMENTS)
                .where(ENVIRONMENTS.PROJECT_ID.eq(projectId), ENVIRONMENTS.NAME.eq(name))
                .fetchOptional(EnvironmentStore::environment);
    }

    /** By name. */
    List<Environment> list(long projectId, EnvironmentFilter filter, int offset, int limit) {
        return sql.selectFrom(ENVIRONMENTS)
                .where(condition(projectId, filter))
                .orderBy(ENVIRONMENTS.NAME)
                .offset(offset)
                .limit(limit)
                .fetch(EnvironmentStore::environment);
    }

    int count(long projectId, EnvironmentFilter filter) {
        return sql.fetchCount(ENVIRONMENTS, condition(projectId, filter));
    }

    private static Condition condition(long projectId, EnvironmentFilter filter) {
        Condition all = ENVIRONMENTS.PROJECT_ID.eq(projectId);
        all = filter.name() == null ? all : all.and(ENVIRONMENTS.NAME.eq(filter.name()));
        all = filter.search() == null ? all : all.and(ENVIRONMENTS.NAME.containsIgnoreCase(filter.search()));
        return filter.state() == null
                ? all
                : all.and(ENVIRONMENTS.STATE.eq(filter.state().wire()));
    }

    List<Environment> find(Collection<Long> ids) {
        return sql.selectFrom(ENVIRONMENTS).where(ENVIRONMENTS.ID.in(ids)).fetch(EnvironmentStore::environment);
    }

    /** @return whether it was another one */
    boolean service(long id, @Nullable String service, Instant now) {
        return sql.update(ENVIRONMENTS)
                        .set(ENVIRONMENTS.SERVICE, service)
                        .set(ENVIRONMENTS.UPDATED_AT, now.toEpochMilli())
                        .where(ENVIRONMENTS.ID.eq(id), ENVIRONMENTS.SERVICE.isDistinctFrom(service))
                        .execute()
                == 1;
    }

    List<Environment> ofAgent(long agentId) {
        return sql.selectFrom(ENVIRONMENTS)
                .where(ENVIRONMENTS.AGENT_ID.eq(agentId))
                .orderBy(ENVIRONMENTS.ID)
                .fetch(EnvironmentStore::environment);
    }

    /** Ids of those in which a revision should run. */
    List<Long> running() {
        return sql.selectDistinct(REVISIONS.ENVIRONMENT_ID).from(REVISIONS).fetch(REVISIONS.ENVIRONMENT_ID);
    }

    /** In how many environments of each tier a revision should run. */
    Map<Tier, Integer> serving() {
        Map<Tier, Integer> serving = new EnumMap<>(Tier.class);
        sql.select(ENVIRONMENTS.TIER, DSL.countDistinct(ENVIRONMENTS.ID))
                .from(ENVIRONMENTS)
                .join(REVISIONS)
                .on(REVISIONS.ENVIRONMENT_ID.eq(ENVIRONMENTS.ID))
                .groupBy(ENVIRONMENTS.TIER)
                .forEach(
                        row -> serving.merge(Tier.ofWire(row.value1()).orElse(Tier.OTHER), row.value2(), Integer::sum));
        return serving;
    }

    boolean hostTaken(String host) {
        return sql.fetchExists(ENVIRONMENTS, ENVIRONMENTS.HOST.eq(host));
    }

    /** @throws org.jooq.exception.DataAccessException when name or host is taken */
    Environment insert(long projectId, String name, Tier tier, String host, Instant now) {
        String slug = EnvironmentNames.slug(name);
        long id = Objects.requireNonNull(sql.insertInto(ENVIRONMENTS)
                .set(ENVIRONMENTS.PROJECT_ID, projectId)
                .set(ENVIRONMENTS.NAME, name)
                .set(ENVIRONMENTS.SLUG, slug)
                .set(ENVIRONMENTS.TIER, tier.wire())
                .set(ENVIRONMENTS.STATE, Environment.State.AVAILABLE.wire())
                .set(ENVIRONMENTS.SERVICE_KEY, "p" + projectId + "-" + slug)
                .set(ENVIRONMENTS.HOST, host)
                .set(ENVIRONMENTS.CREATED_AT, now.toEpochMilli())
                .set(ENVIRONMENTS.UPDATED_AT, now.toEpochMilli())
                .returningResult(ENVIRONMENTS.ID)
                .fetchOne(ENVIRONMENTS.ID));
        return find(id).orElseThrow();
    }

    void available(long id, Tier tier, @Nullable String externalUrl, Instant now) {
        sql.update(ENVIRONMENTS)
                .set(ENVIRONMENTS.STATE, Environment.State.AVAILABLE.wire())
                .set(ENVIRONMENTS.TIER, tier.wire())
                .set(ENVIRONMENTS.EXTERNAL_URL, externalUrl == null ? ENVIRONMENTS.EXTERNAL_URL : DSL.val(externalUrl))
                .set(ENVIRONMENTS.UPDATED_AT, now.toEpochMilli())
                .where(ENVIRONMENTS.ID.eq(id))
                .execute();
    }

    /** @return whether it was available */
    boolean stop(long id, Instant now) {
        return sql.update(ENVIRONMENTS)
                        .set(ENVIRONMENTS.STATE, Environment.State.STOPPED.wire())
                        .set(ENVIRONMENTS.AUTO_STOP_AT, (Long) null)
                        .set(ENVIRONMENTS.UPDATED_AT, now.toEpochMilli())
                        .where(ENVIRONMENTS.ID.eq(id), ENVIRONMENTS.STATE.eq(Environment.State.AVAILABLE.wire()))
                        .execute()
                == 1;
    }

    /** When it stops by itself; null for never. */
    void autoStop(long id, @Nullable Instant at) {
        sql.update(ENVIRONMENTS)
                .set(ENVIRONMENTS.AUTO_STOP_AT, at == null ? null : at.toEpochMilli())
                .where(ENVIRONMENTS.ID.eq(id))
                .execute();
    }

    Optional<Instant> autoStop(long id) {
        return sql.select(ENVIRONMENTS.AUTO_STOP_AT)
                .from(ENVIRONMENTS)
                .where(ENVIRONMENTS.ID.eq(id))
                .fetchOptional(ENVIRONMENTS.AUTO_STOP_AT)
                .map(Instant::ofEpochMilli);
    }

    void runOn(long id, long agentId) {
        sql.update(ENVIRONMENTS)
                .set(ENVIRONMENTS.AGENT_ID, agentId)
                .where(ENVIRONMENTS.ID.eq(id))
                .execute();
    }

    void hold(long id, Environment.@Nullable Hold hold) {
        sql.update(ENVIRONMENTS)
                .set(ENVIRONMENTS.HOLD_SHA, hold == null ? null : hold.sha())
                .set(ENVIRONMENTS.HOLD_USER_ID, hold == null ? null : hold.by().value())
                .set(ENVIRONMENTS.HOLD_AT, hold == null ? null : hold.at().toEpochMilli())
                .where(ENVIRONMENTS.ID.eq(id))
                .execute();
    }

    private static Environment environment(EnvironmentsRecord row) {
        return new Environment(
                row.getId(),
                row.getProjectId(),
                row.getName(),
                row.getSlug(),
                Tier.ofWire(row.getTier()).orElse(Tier.OTHER),
                row.getExternalUrl(),
                Environment.State.valueOf(row.getState().toUpperCase(Locale.ROOT)),
                row.getServiceKey(),
                row.getHost(),
                row.getAgentId(),
                row.getService(),
                hold(row),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Instant.ofEpochMilli(row.getUpdatedAt()));
    }

    private static Environment.@Nullable Hold hold(EnvironmentsRecord row) {
        return row.getHoldSha() == null
                ? null
                : new Environment.Hold(
                        row.getHoldSha(), new UserId(row.getHoldUserId()), Instant.ofEpochMilli(row.getHoldAt()));
    }
}
