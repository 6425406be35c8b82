package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.CONFIGURATIONS;
import static dev.tandem.server.platform.tables.Tables.CONFIGURATION_VALUES;
import static dev.tandem.server.platform.tables.Tables.ENVIRONMENTS;

import dev.tandem.server.deliver.Configuration.Variable;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.platform.tables.tables.records.ConfigurationsRecord;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Rows of configurations. */
final class ConfigurationStore {
    private final DSLContext sql;

    ConfigurationStore(DSLContext sql) {
        this.sql = sql;
    }

    /** The version that the environment's next revision gets. */
    long currentVersion(long environmentId) {
        return Objects.requireNonNullElse(
                sql.select(ENVIRONMENTS.CONFIGURATION_VERSION)
                        .from(ENVIRONMENTS)
                        .where(ENVIRONMENTS.ID.eq(environmentId))
                        .fetchOne(ENVIRONMENTS.CONFIGURATION_VERSION),
                0L);
    }

    Configuration current(long environmentId) {
        return find(environmentId, currentVersion(environmentId)).orElseThrow();
    }

    /** The next revision gets this version. */
    void use(long environmentId, long version) {
        sql.update(ENVIRONMENTS)
                .set(ENVIRONMENTS.CONFIGURATION_VERSION, version)
                .where(ENVIRONMENTS.ID.eq(environmentId))
                .execute();
    }

    Optional<Configuration> find(long environmentId, long version) {
        if (version == 0) {
            return Optional.of(Configuration.empty(environmentId));
        }
        return sql.selectFrom(CONFIGURATIONS)
                .where(CONFIGURATIONS.ENVIRONMENT_ID.eq(environmentId), CONFIGURATIONS.VERSION.eq(version))
                .fetchOptional(this::configuration);
    }

    /** Newest first; without version 0. */
    List<Configuration> list(long environmentId, int offset, int limit) {
        return sql.selectFrom(CONFIGURATIONS)
                .where(CONFIGURATIONS.ENVIRONMENT_ID.eq(environmentId))
                .orderBy(CONFIGURATIONS.VERSION.desc())
                .offset(offset)
                .limit(limit)
                .fetch(this::configuration);
    }

    int count(long environmentId) {
        return sql.fetchCount(CONFIGURATIONS, CONFIGURATIONS.ENVIRONMENT_ID.eq(environmentId));
    }

    /** A new version, made of {@code before}; the next revision gets it. */
    Configuration insert(Configuration before, List<Variable> variables, UserId by, Instant now) {
        long environmentId = before.environmentId();
        Long newest = sql.select(DSL.max(CONFIGURATIONS.VERSION))
                .from(CONFIGURATIONS)
                .where(CONFIGURATIONS.ENVIRONMENT_ID.eq(environmentId))
                .fetchOne(DSL.max(CONFIGURATIONS.VERSION));
        long version = newest == null ? 1 : newest + 1;
        long id = Objects.requireNonNull(sql.insertInto(CONFIGURATIONS)
                .set(CONFIGURATIONS.ENVIRONMENT_ID, environmentId)
                .set(CONFIGURATIONS.VERSION, version)
                .set(CONFIGURATIONS.BASED_ON, before.version())
                .set(CONFIGURATIONS.USER_ID, by.value())
                .set(CONFIGURATIONS.CREATED_AT, now.toEpochMilli())
                .returningResult(CONFIGURATIONS.ID)
                .fetchOne(CONFIGURATIONS.ID));
        for (Variable variable : variables) {
            sql.insertInto(CONFIGURATION_VALUES)
                    .set(CONFIGURATION_VALUES.CONFIGURATION_ID, id)
                    .set(CONFIGURATION_VALUES.NAME, variable.name())
                    .set(CONFIGURATION_VALUES.SEALED, variable.sealed())
                    .set(CONFIGURATION_VALUES.SECRET, variable.secret())
                    .execute();
        }
        use(environmentId, version);
        return find(environmentId, version).orElseThrow();
    }

    private Configuration configuration(ConfigurationsRecord row) {
        List<Variable> variables = sql.selectFrom(CONFIGURATION_VALUES)
                .where(CONFIGURATION_VALUES.CONFIGURATION_ID.eq(row.getId()))
                .orderBy(CONFIGURATION_VALUES.NAME)
                .fetch(value -> new Variable(value.getName(), value.getSealed(), value.getSecret()));
        return new Configuration(
                row.getEnvironmentId(),
                row.getVersion(),
                row.getBasedOn(),
                variables,
                new UserId(row.getUserId()),
                Instant.ofEpochMilli(row.getCreatedAt()));
    }
}
