package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.AGENTS;
import static dev.tandem.server.platform.tables.Tables.BUNDLES;
import static dev.tandem.server.platform.tables.Tables.DEPLOYMENTS;
import static dev.tandem.server.platform.tables.Tables.REVISIONS;
import static dev.tandem.server.platform.tables.Tables.ROLLOUTS;

import dev.tandem.server.platform.tables.tables.records.AgentsRecord;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of agents, and of the revisions that they should run. */
final class AgentStore {
    private final DSLContext sql;

    AgentStore(DSLContext sql) {
        this.sql = sql;
    }

    /** One revision that should run. */
    record Desired(
            String revision,
            long environmentId,
            long deploymentId,
            long bundleId,
            String bundleSha256,
            long bundleSizeBytes,
            String commitSha,
            long configurationVersion,
            int weight,
            @Nullable Long memoryBytes) {}

    record LastReport(long agentId, String json, Instant at) {}

    Optional<Agent> find(String name) {
        return sql.selectFrom(AGENTS).where(AGENTS.NAME.eq(name)).fetchOptional(AgentStore::agent);
    }

    Optional<Agent> byTokenHash(String tokenHash) {
        return sql.selectFrom(AGENTS).where(AGENTS.TOKEN_HASH.eq(tokenHash)).fetchOptional(AgentStore::agent);
    }

    List<Agent> list() {
        return sql.selectFrom(AGENTS).orderBy(AGENTS.ID).fetch(AgentStore::agent);
    }

    Agent insert(String name, String tokenHash, Instant now) {
        sql.insertInto(AGENTS)
                .set(AGENTS.NAME, name)
                .set(AGENTS.TOKEN_HASH, tokenHash)
                .set(AGENTS.DESIRED_VERSION, 1L)
                .set(AGENTS.CREATED_AT, now.toEpochMilli())
                .execute();
        return find(name).orElseThrow();
    }

    void token(long id, String tokenHash) {
        sql.update(AGENTS)
                .set(AGENTS.TOKEN_HASH, tokenHash)
                .where(AGENTS.ID.eq(id))
                .execute();
    }

    void report(long id, String json, Instant now) {
        sql.update(AGENTS)
                .set(AGENTS.REPORT, json)
                .set(AGENTS.REPORTED_AT, now.toEpochMilli())
                .where(AGENTS.ID.eq(id))
                .execute();
    }

    List<LastReport> reports() {
        return sql.selectFrom(AGENTS)
                .where(AGENTS.REPORT.isNotNull())
                .fetch(row -> new LastReport(row.getId(), row.getReport(), Instant.ofEpochMilli(row.getReportedAt())));
    }

    long desiredVersion(long id) {
        return Objects.requireNonNullElse(
                sql.select(AGENTS.DESIRED_VERSION)
                        .from(AGENTS)
                        .where(AGENTS.ID.eq(id))
                        .fetchOne(AGENTS.DESIRED_VERSION),
                0L);
    }

    /** To be called in every transaction that changes what this agent should run. */
    void changed(long id) {
        sql.update(AGENTS)
                .set(AGENTS.DESIRED_VERSION, AGENTS.DESIRED_VERSION.plus(1))
                .where(AGENTS.ID.eq(id))
                .execute();
    }

    List<Desired> desired(long environmentId) {
        return sql.select(
                        REVISIONS.REVISION,
                        REVISIONS.ENVIRONMENT_ID,
                        REVISIONS.DEPLOYMENT_ID,
                        REVISIONS.BUNDLE_ID,
                        BUNDLES.SHA256,
                        BUNDLES.SIZE_BYTES,
                        DEPLOYMENTS.SHA,
                        DSL.coalesce(ROLLOUTS.CONFIGURATION_VERSION, 0L),
                        REVISIONS.WEIGHT,
                        REVISIONS.MEMORY_BYTES)
                .from(REVISIONS)
                .join(BUNDLES)
                .on(BUNDLES.ID.eq(REVISIONS.BUNDLE_ID))
                .join(DEPLOYMENTS)
                .on(DEPLOYMENTS.ID.eq(REVISIONS.DEPLOYMENT_ID))
                .leftJoin(ROLLOUTS)
                .on(ROLLOUTS.REVISION.eq(REVISIONS.REVISION))
                .where(REVISIONS.ENVIRONMENT_ID.eq(environmentId))
                .orderBy(REVISIONS.CREATED_AT, REVISIONS.REVISION)
                .fetch(row -> new Desired(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        row.value4(),
                        row.value5(),
                        row.value6(),
                        row.value7(),
                        row.value8(),
                        Math.toIntExact(row.value9()),
                        row.value10()));
    }

    /** The revision that gets requests; of two, the one with more. */
    Optional<Desired> serving(long environmentId) {
        return desired(environmentId).stream()
                .filter(revision -> revision.weight() > 0)
                .max(java.util.Comparator.comparingInt(Desired::weight));
    }

    void start(String revision, StoredRollout rollout, Instant now) {
        sql.insertInto(REVISIONS)
                .set(REVISIONS.REVISION, revision)
                .set(REVISIONS.ENVIRONMENT_ID, rollout.environmentId())
                .set(REVISIONS.DEPLOYMENT_ID, rollout.deploymentId())
                .set(REVISIONS.BUNDLE_ID, rollout.bundleId())
                .set(REVISIONS.WEIGHT, 0L)
                .set(REVISIONS.MEMORY_BYTES, rollout.options().memoryBytes())
                .set(REVISIONS.CREATED_AT, now.toEpochMilli())
                .execute();
    }

    void weight(@Nullable String revision, int weight) {
        sql.update(REVISIONS)
                .set(REVISIONS.WEIGHT, (long) weight)
                .where(REVISIONS.REVISION.eq(revision == null ? "" : revision))
                .execute();
    }

    /** All others of the environment are to stop; with null, all. */
    void keepOnly(long environmentId, @Nullable String revision) {
        sql.deleteFrom(REVISIONS)
                .where(
                        REVISIONS.ENVIRONMENT_ID.eq(environmentId),
                        REVISIONS.REVISION.ne(revision == null ? "" : revision))
                .execute();
        weight(revision, 100);
    }

    void moveTo(String revision, long deploymentId) {
        sql.update(REVISIONS)
                .set(REVISIONS.DEPLOYMENT_ID, deploymentId)
                .where(REVISIONS.REVISION.eq(revision))
                .execute();
    }

    private static Agent agent(AgentsRecord row) {
        return new Agent(
                row.getId(),
                row.getName(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Millis.instant(row.getReportedAt()));
    }
}
