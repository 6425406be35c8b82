package dev.tandem.server.build.store;

import static dev.tandem.server.platform.tables.Tables.RUNNERS;
import static dev.tandem.server.platform.tables.Tables.RUNNER_MACHINES;

import dev.tandem.server.platform.tables.tables.records.RunnerMachinesRecord;
import dev.tandem.server.platform.tables.tables.records.RunnersRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/** Rows of runners and of the machines that use them. */
public final class RunnerStore {

    /** What a runner says of the machine it works on. */
    public record Machine(
            String systemId,
            String version,
            String executor,
            String platform,
            String architecture,
            boolean cancelsGracefully) {}

    /** A machine and when it was heard last. */
    public record KnownMachine(Machine machine, Instant contactedAt) {}

    public RunnerRecord insert(DSLContext sql, RunnerRecord runner, String tokenHash) {
        RunnersRecord row = sql.newRecord(RUNNERS);
        row.setTokenHash(tokenHash);
        row.setDescription(runner.description());
        row.setTags(Codec.text(runner.tags()));
        row.setRunUntagged(runner.runUntagged());
        row.setPaused(runner.paused());
        row.setProtectedOnly(runner.protectedOnly());
        row.setBuiltIn(runner.builtIn());
        row.setMaximumTimeoutSeconds(runner.maximumTimeoutSeconds());
        row.setCreatedAt(runner.createdAt().toEpochMilli());
        row.insert();
        return record(row);
    }

    public Optional<RunnerRecord> ofToken(DSLContext sql, String tokenHash) {
        return sql.selectFrom(RUNNERS).where(RUNNERS.TOKEN_HASH.eq(tokenHash)).fetchOptional(RunnerStore::record);
    }

    public Optional<RunnerRecord> find(DSLContext sql, long id) {
        return sql.selectFrom(RUNNERS).where(RUNNERS.ID.eq(id)).fetchOptional(RunnerStore::record);
    }

    public Optional<RunnerRecord> builtIn(DSLContext sql) {
        return sql.selectFrom(RUNNERS)
                .where(RUNNERS.BUILT_IN.eq(true))
                .orderBy(RUNNERS.ID)
                .limit(1)
                .fetchOptional(RunnerStore::record);
    }

    public List<RunnerRecord> list(DSLContext sql) {
        return sql.selectFrom(RUNNERS).orderBy(RUNNERS.ID).limit(1000).fetch(RunnerStore::record);
    }

    /** Everything but the token and whether it is the built-in one; false when it is gone. */
    public boolean update(DSLContext sql, RunnerRecord runner) {
        return sql.update(RUNNERS)
                        .set(RUNNERS.DESCRIPTION, runner.description())
                        .set(RUNNERS.TAGS, Codec.text(runner.tags()))
                        .set(RUNNERS.RUN_UNTAGGED, runner.runUntagged())
                        .set(RUNNERS.PAUSED, runner.paused())
                        .set(RUNNERS.PROTECTED_ONLY, runner.protectedOnly())
                        .set(RUNNERS.MAXIMUM_TIMEOUT_SECONDS, runner.maximumTimeoutSeconds())
                        .where(RUNNERS.ID.eq(runner.id()))
                        .execute()
                == 1;
    }

    public void token(DSLContext sql, long id, String tokenHash) {
        sql.update(RUNNERS)
                .set(RUNNERS.TOKEN_HASH, tokenHash)
                .where(RUNNERS.ID.eq(id))
                .execute();
    }

    public void pause(DSLContext sql, long id, boolean paused) {
        sql.update(RUNNERS).set(RUNNERS.PAUSED, paused).where(RUNNERS.ID.eq(id)).execute();
    }

    public boolean delete(DSLContext sql, long id) {
        return sql.deleteFrom(RUNNERS).where(RUNNERS.ID.eq(id)).execute() == 1;
    }

    /** Remembers that a machine called, and what it is. */
    public void contact(DSLContext sql, long runnerId, Machine machine, Instant now) {
        sql.update(RUNNERS)
                .set(RUNNERS.CONTACTED_AT, now.toEpochMilli())
                .where(RUNNERS.ID.eq(runnerId))
                .execute();
        sql.insertInto(RUNNER_MACHINES)
                .set(RUNNER_MACHINES.RUNNER_ID, runnerId)
                .set(RUNNER_MACHINES.SYSTEM_ID, machine.systemId())
                .set(RUNNER_MACHINES.VERSION, machine.version())
                .set(RUNNER_MACHINES.EXECUTOR, machine.executor())
                .set(RUNNER_MACHINES.PLATFORM, machine.platform())
                .set(RUNNER_MACHINES.ARCHITECTURE, machine.architecture())
                .set(RUNNER_MACHINES.CANCELS_GRACEFULLY, machine.cancelsGracefully())
                .set(RUNNER_MACHINES.CONTACTED_AT, now.toEpochMilli())
                .onConflict(RUNNER_MACHINES.RUNNER_ID, RUNNER_MACHINES.SYSTEM_ID)
                .doUpdate()
                .set(RUNNER_MACHINES.VERSION, machine.version())
                .set(RUNNER_MACHINES.EXECUTOR, machine.executor())
                .set(RUNNER_MACHINES.CANCELS_GRACEFULLY, machine.cancelsGracefully())
                .set(RUNNER_MACHINES.CONTACTED_AT, now.toEpochMilli())
                .execute();
    }

    public int machines(DSLContext sql, long runnerId) {
        return sql.fetchCount(RUNNER_MACHINES, RUNNER_MACHINES.RUNNER_ID.eq(runnerId));
    }

    /** The machines of all runners, by runner, those heard last first. */
    public Map<Long, List<KnownMachine>> machines(DSLContext sql) {
        return sql.selectFrom(RUNNER_MACHINES)
                .orderBy(RUNNER_MACHINES.CONTACTED_AT.desc())
                .limit(10_000)
                .fetchGroups(RUNNER_MACHINES.RUNNER_ID, RunnerStore::machine);
    }

    private static KnownMachine machine(RunnerMachinesRecord row) {
        Machine machine = new Machine(
                row.getSystemId(),
                row.getVersion(),
                row.getExecutor(),
                row.getPlatform(),
                row.getArchitecture(),
                row.getCancelsGracefully());
        return new KnownMachine(machine, Instant.ofEpochMilli(row.getContactedAt()));
    }

    public boolean deleteMachine(DSLContext sql, long runnerId, String systemId) {
        return sql.deleteFrom(RUNNER_MACHINES)
                        .where(RUNNER_MACHINES.RUNNER_ID.eq(runnerId).and(RUNNER_MACHINES.SYSTEM_ID.eq(systemId)))
                        .execute()
                == 1;
    }

    private static RunnerRecord record(RunnersRecord row) {
        return new RunnerRecord(
                row.getId(),
                row.getDescription(),
                Codec.strings(row.getTags()),
                row.getRunUntagged(),
                row.getPaused(),
                row.getProtectedOnly(),
                row.getBuiltIn(),
                row.getMaximumTimeoutSeconds(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Codec.instant(row.getContactedAt()));
    }
}
