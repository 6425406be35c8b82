package dev.tandem.server.operate;

import static dev.tandem.server.platform.tables.Tables.BUNDLES;
import static dev.tandem.server.platform.tables.Tables.DEPLOYMENTS;
import static dev.tandem.server.platform.tables.Tables.ENVIRONMENTS;
import static dev.tandem.server.platform.tables.Tables.PROJECTS;
import static dev.tandem.server.platform.tables.Tables.REVISIONS;
import static dev.tandem.server.platform.tables.Tables.USERS;

import dev.tandem.server.deliver.Deployment;
import dev.tandem.server.deliver.DeploymentFinished;
import dev.tandem.server.deliver.DeploymentStatus;
import dev.tandem.server.deliver.Tier;
import dev.tandem.server.platform.Database;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Puts the rows in place that belong to packages above operate. */
final class OperateRows {
    static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    private final Database database;

    OperateRows(Database database) {
        this.database = database;
    }

    <T> T write(Function<DSLContext, T> work) {
        return database.write(tx -> work.apply(tx.sql()));
    }

    long user(String name) {
        return write(sql -> sql.insertInto(USERS)
                .set(USERS.USERNAME, name)
                .set(USERS.USERNAME_KEY, name)
                .set(USERS.NAME, name)
                .set(USERS.EMAIL, name + "@example.test")
                .set(USERS.ADMIN, false)
                .set(USERS.BLOCKED, false)
                .set(USERS.PASSWORD_ONE_TIME, false)
                .set(USERS.CREATED_AT, 0L)
                .returningResult(USERS.ID)
                .fetchSingle(USERS.ID));
    }

    long project(String path, long owner) {
        return write(sql -> sql.insertInto(PROJECTS)
                .set(PROJECTS.NAMESPACE, "root")
                .set(PROJECTS.PATH, path)
                .set(PROJECTS.FULL_PATH, "root/" + path)
                .set(PROJECTS.PATH_KEY, "root/" + path)
                .set(PROJECTS.NAME, path)
                .set(PROJECTS.DESCRIPTION, "")
                .set(PROJECTS.IS_PUBLIC, false)
                .set(PROJECTS.DEFAULT_BRANCH, "main")
                .set(PROJECTS.EMPTY, false)
                .set(PROJECTS.CREATOR_ID, owner)
                .set(PROJECTS.CREATED_AT, 0L)
                .set(PROJECTS.UPDATED_AT, 0L)
                .returningResult(PROJECTS.ID)
                .fetchSingle(PROJECTS.ID));
    }

    long environment(long project, String name, Tier tier) {
        return write(sql -> sql.insertInto(ENVIRONMENTS)
                .set(ENVIRONMENTS.PROJECT_ID, project)
                .set(ENVIRONMENTS.NAME, name)
                .set(ENVIRONMENTS.SLUG, name)
                .set(ENVIRONMENTS.TIER, tier.wire())
                .set(ENVIRONMENTS.STATE, "available")
                .set(ENVIRONMENTS.SERVICE_KEY, "p" + project + "-" + name)
                .set(ENVIRONMENTS.HOST, name + "." + project + ".localhost")
                .set(ENVIRONMENTS.CREATED_AT, 0L)
                .set(ENVIRONMENTS.UPDATED_AT, 0L)
                .returningResult(ENVIRONMENTS.ID)
                .fetchSingle(ENVIRONMENTS.ID));
    }

    void runOn(long environment, long agent) {
        write(sql -> sql.update(ENVIRONMENTS)
                .set(ENVIRONMENTS.AGENT_ID, agent)
                .where(ENVIRONMENTS.ID.eq(environment))
                .execute());
    }

    /** A revision that gets all requests. */
    void serve(long project, long environment, long deployment, String revision) {
        write(sql -> {
            long bundle = sql.insertInto(BUNDLES)
                    .set(BUNDLES.PROJECT_ID, project)
                    .set(BUNDLES.SHA256, "0".repeat(64))
                    .set(BUNDLES.OBJECT_KEY, "none")
                    .set(BUNDLES.SIZE_BYTES, 1L)
                    .set(BUNDLES.CREATED_AT, 0L)
                    .returningResult(BUNDLES.ID)
                    .fetchSingle(BUNDLES.ID);
            return sql.insertInto(REVISIONS)
                    .set(REVISIONS.REVISION, revision)
                    .set(REVISIONS.ENVIRONMENT_ID, environment)
                    .set(REVISIONS.DEPLOYMENT_ID, deployment)
                    .set(REVISIONS.BUNDLE_ID, bundle)
                    .set(REVISIONS.WEIGHT, 100L)
                    .set(REVISIONS.CREATED_AT, 0L)
                    .execute();
        });
    }

    long deployment(long project, long environment, Deployment.Kind kind, DeploymentStatus status, char sha) {
        return write(sql -> {
            int iid = sql.fetchCount(DEPLOYMENTS, DEPLOYMENTS.PROJECT_ID.eq(project)) + 1;
            return sql.insertInto(DEPLOYMENTS)
                    .set(DEPLOYMENTS.PROJECT_ID, project)
                    .set(DEPLOYMENTS.IID, (long) iid)
                    .set(DEPLOYMENTS.ENVIRONMENT_ID, environment)
                    .set(DEPLOYMENTS.KIND, kind.wire())
                    .set(DEPLOYMENTS.STATUS, status.wire())
                    .set(DEPLOYMENTS.SHA, String.valueOf(sha).repeat(40))
                    .set(DEPLOYMENTS.USER_ID, 1L)
                    .set(DEPLOYMENTS.CREATED_AT, NOW.toEpochMilli())
                    .set(DEPLOYMENTS.UPDATED_AT, NOW.toEpochMilli())
                    .set(
                            DEPLOYMENTS.FINISHED_AT,
                            status.isTerminal() ? NOW.plusSeconds(iid).toEpochMilli() : null)
                    .returningResult(DEPLOYMENTS.ID)
                    .fetchSingle(DEPLOYMENTS.ID);
        });
    }

    /** Announces the end of a deployment, as deliver does. */
    void finished(
            long project,
            long environment,
            Tier tier,
            long deployment,
            Deployment.Kind kind,
            DeploymentStatus status,
            char sha,
            Long previous,
            boolean rollout,
            String reason) {
        database.write(tx -> {
            tx.publish(new DeploymentFinished(
                    deployment,
                    project,
                    environment,
                    "production",
                    tier,
                    kind,
                    status,
                    String.valueOf(sha).repeat(40),
                    null,
                    previous,
                    rollout ? deployment : null,
                    rollout ? "d" + deployment : null,
                    reason,
                    null,
                    List.of(),
                    NOW,
                    NOW.plusSeconds(60)));
            return true;
        });
    }
}
