package dev.tandem.server.deliver;

import static dev.tandem.server.platform.tables.Tables.DEPLOYMENTS;
import static dev.tandem.server.platform.tables.Tables.ENVIRONMENTS;
import static dev.tandem.server.platform.tables.Tables.ROLLOUTS;
import static dev.tandem.server.platform.tables.Tables.ROLLOUT_EVENTS;
import static dev.tandem.server.platform.tables.Tables.ROLLOUT_STEPS;

import dev.tandem.server.deliver.rollout.Rollout;
import dev.tandem.server.deliver.rollout.RolloutDecision;
import dev.tandem.server.deliver.rollout.RolloutPhase;
import dev.tandem.server.deliver.rollout.Strategy;
import dev.tandem.server.deliver.rollout.Told;
import dev.tandem.server.deliver.rollout.Watch;
import dev.tandem.server.platform.tables.tables.records.RolloutEventsRecord;
import dev.tandem.server.platform.tables.tables.records.RolloutsRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of rollouts and of their events. */
final class RolloutStore {
    private static final List<String> ENDS = Arrays.stream(RolloutPhase.values())
            .filter(RolloutPhase::isTerminal)
            .map(RolloutPhase::wire)
            .toList();
    private static final Condition UNDER_TRAFFIC =
            ROLLOUTS.PHASE.in(RolloutPhase.SWITCHING.wire(), RolloutPhase.SETTLING.wire());
    private static final Condition OPEN = ROLLOUTS.PHASE.notIn(ENDS);

    private final DSLContext sql;
    private final RolloutTimes times;

    RolloutStore(DSLContext sql, RolloutTimes times) {
        this.sql = sql;
        this.times = times;
    }

    Optional<StoredRollout> find(long id) {
        return sql.selectFrom(ROLLOUTS).where(ROLLOUTS.ID.eq(id)).fetchOptional(this::rollout);
    }

    Optional<StoredRollout> ofDeployment(long deploymentId) {
        return sql.selectFrom(ROLLOUTS)
                .where(ROLLOUTS.DEPLOYMENT_ID.eq(deploymentId))
                .fetchOptional(this::rollout);
    }

    Optional<StoredRollout> ofRevision(String revision) {
        return sql.selectFrom(ROLLOUTS).where(ROLLOUTS.REVISION.eq(revision)).fetchOptional(this::rollout);
    }

    /** The newest of an environment, newest first. */
    List<StoredRollout> newest(long environmentId, int most) {
        return sql.selectFrom(ROLLOUTS)
                .where(ROLLOUTS.ENVIRONMENT_ID.eq(environmentId))
                .orderBy(ROLLOUTS.ID.desc())
                .limit(most)
                .fetch(this::rollout);
    }

    /** Those of an environment that have not ended, oldest first. */
    List<StoredRollout> open(long environmentId) {
        return sql.selectFrom(ROLLOUTS)
                .where(ROLLOUTS.ENVIRONMENT_ID.eq(environmentId), OPEN)
                .orderBy(ROLLOUTS.ID)
                .fetch(this::rollout);
    }

    /** Those that have not ended and stand still until a person decides, newest first; at most 50. */
    List<StoredRollout> waitingForPerson(Collection<Long> projectIds) {
        return sql.selectFrom(ROLLOUTS)
                .where(
                        ROLLOUTS.PROJECT_ID.in(projectIds),
                        OPEN,
                        ROLLOUTS.PERSON_TOLD.isTrue().or(ROLLOUTS.PAUSED.isNotNull()))
                .orderBy(ROLLOUTS.ID.desc())
                .limit(50)
                .fetch(this::rollout);
    }

    /** What it said when it last called for somebody. */
    Optional<RolloutEvent> lastCall(long rolloutId) {
        return sql.selectFrom(ROLLOUT_EVENTS)
                .where(
                        ROLLOUT_EVENTS.ROLLOUT_ID.eq(rolloutId),
                        ROLLOUT_EVENTS.KIND.eq(RolloutDecision.Kind.NEEDS_PERSON.name()))
                .orderBy(ROLLOUT_EVENTS.ID.desc())
                .limit(1)
                .fetchOptional(RolloutStore::event);
    }

    /** Ids of all that have not ended, oldest first. */
    List<Long> open() {
        return sql.select(ROLLOUTS.ID)
                .from(ROLLOUTS)
                .where(OPEN)
                .orderBy(ROLLOUTS.ID)
                .fetch(ROLLOUTS.ID);
    }

    /** The same for the environments of one agent. */
    List<Long> openOfAgent(long agentId) {
        return sql.select(ROLLOUTS.ID)
                .from(ROLLOUTS)
                .join(ENVIRONMENTS)
                .on(ENVIRONMENTS.ID.eq(ROLLOUTS.ENVIRONMENT_ID))
                .where(ENVIRONMENTS.AGENT_ID.eq(agentId), OPEN)
                .orderBy(ROLLOUTS.ID)
                .fetch(ROLLOUTS.ID);
    }

    /** Those that have not ended and belong to a deployment of this job. */
    List<StoredRollout> openOfJob(long jobId) {
        return sql.select(ROLLOUTS.fields())
                .from(ROLLOUTS)
                .join(DEPLOYMENTS)
                .on(DEPLOYMENTS.ID.eq(ROLLOUTS.DEPLOYMENT_ID))
                .where(DEPLOYMENTS.JOB_ID.eq(jobId), OPEN)
                .orderBy(ROLLOUTS.ID)
                .fetch(row -> rollout(row.into(ROLLOUTS)));
    }

    StoredRollout insert(
            Deployment deployment,
            ReleaseBundle bundle,
            RolloutOptions options,
            Duration progressDeadline,
            boolean overridesHold,
            Instant now) {
        long id = Objects.requireNonNull(sql.insertInto(ROLLOUTS)
                .set(ROLLOUTS.PROJECT_ID, deployment.projectId())
                .set(ROLLOUTS.ENVIRONMENT_ID, deployment.environmentId())
                .set(ROLLOUTS.DEPLOYMENT_ID, deployment.id())
                .set(ROLLOUTS.BUNDLE_ID, bundle.id())
                .set(ROLLOUTS.REVISION, revisionName(deployment, bundle))
                .set(ROLLOUTS.STRATEGY, options.strategy().wire())
                .set(ROLLOUTS.OPTIONS, RolloutJsonText.options(options))
                .set(ROLLOUTS.PLACED, false)
                .set(ROLLOUTS.PERSON_TOLD, false)
                .set(ROLLOUTS.PROMOTED, Watch.Promotion.NONE.wire())
                .set(ROLLOUTS.PROGRESS_DEADLINE_SECONDS, progressDeadline.toSeconds())
                .set(ROLLOUTS.PHASE, RolloutPhase.QUEUED.wire())
                .set(ROLLOUTS.STEP, 0L)
                .set(ROLLOUTS.VERSION, 0L)
                .set(ROLLOUTS.SINCE_AT, now.toEpochMilli())
                .set(ROLLOUTS.RESTARTS, 0L)
                .set(ROLLOUTS.OVERRIDES_HOLD, overridesHold)
                .set(ROLLOUTS.CREATED_AT, now.toEpochMilli())
                .returningResult(ROLLOUTS.ID)
                .fetchOne(ROLLOUTS.ID));
        return find(id).orElseThrow();
    }

    /** The version of the environment's configuration that the rollout's revision runs with. */
    void configuration(long id, long version) {
        sql.update(ROLLOUTS)
                .set(ROLLOUTS.CONFIGURATION_VERSION, version)
                .where(ROLLOUTS.ID.eq(id), ROLLOUTS.CONFIGURATION_VERSION.isNull())
                .execute();
    }

    /** A deployment has one rollout at its birth, so its number names the revision for ever. */
    private static String revisionName(Deployment deployment, ReleaseBundle bundle) {
        return "d" + deployment.id() + "-" + bundle.sha256().substring(0, 12);
    }

    /**
     * One transition, if nothing else happened to the rollout since {@code before} was read.
     *
     * @return whether it did
     */
    boolean apply(StoredRollout before, RolloutDecision.Go go, @Nullable String previous, Instant now) {
        boolean ends = go.phase().isTerminal();
        String tail = go.logTail().isEmpty() ? null : String.join("\n", go.logTail());
        boolean won = sql.update(ROLLOUTS)
                        .set(ROLLOUTS.PHASE, go.phase().wire())
                        .set(ROLLOUTS.STEP, (long) go.step())
                        .set(ROLLOUTS.VERSION, before.version() + 1)
                        .set(ROLLOUTS.SINCE_AT, since(before, go, now).toEpochMilli())
                        .set(ROLLOUTS.PREVIOUS_REVISION, previous)
                        .set(ROLLOUTS.RESTARTS, (long) go.restarts())
                        .set(
                                ROLLOUTS.ENDING,
                                go.ending() == null ? null : go.ending().wire())
                        .set(ROLLOUTS.REASON, go.reason() == null ? before.reason() : go.reason())
                        .set(
                                ROLLOUTS.REASON_CODE,
                                go.why() == null
                                        ? before.reasonCode()
                                        : go.why().code())
                        .set(
                                ROLLOUTS.REASON_ARGUMENTS,
                                RolloutJsonText.texts(
                                        go.why() == null
                                                ? before.reasonArguments()
                                                : go.why().arguments()))
                        .set(ROLLOUTS.PLACED, go.watch().placed())
                        .set(ROLLOUTS.PAUSED, go.watch().paused())
                        .set(ROLLOUTS.PROMOTED, go.watch().promoted().wire())
                        .set(
                                ROLLOUTS.HELD_AT,
                                go.watch().heldAt() == null
                                        ? null
                                        : go.watch().heldAt().toEpochMilli())
                        .set(ROLLOUTS.PERSON_TOLD, go.watch().personTold())
                        .set(ROLLOUTS.LOG_TAIL, tail == null ? joined(before) : tail)
                        .set(ROLLOUTS.FINISHED_AT, ends ? now.toEpochMilli() : null)
                        .where(ROLLOUTS.ID.eq(before.id()), ROLLOUTS.VERSION.eq(before.version()))
                        .execute()
                == 1;
        if (won) {
            event(before.id(), go.event().kind(), go.event().told(), now);
        }
        return won;
    }

    private static Instant since(StoredRollout before, RolloutDecision.Go go, Instant now) {
        return go.beginsTime(before.rollout().phase(), before.rollout().step())
                ? now
                : before.rollout().since();
    }

    private static @Nullable String joined(StoredRollout rollout) {
        return rollout.logTail().isEmpty() ? null : String.join("\n", rollout.logTail());
    }

    /** @return whether it had not ended and nobody had canceled it before */
    boolean cancel(long id, Told reason) {
        return sql.update(ROLLOUTS)
                        .set(ROLLOUTS.CANCEL_REASON, reason.text())
                        .set(ROLLOUTS.CANCEL_CODE, reason.code())
                        .set(ROLLOUTS.CANCEL_ARGUMENTS, RolloutJsonText.texts(reason.arguments()))
                        .set(ROLLOUTS.VERSION, ROLLOUTS.VERSION.plus(1))
                        .where(ROLLOUTS.ID.eq(id), OPEN, ROLLOUTS.CANCEL_REASON.isNull())
                        .execute()
                == 1;
    }

    /** The rollout belongs to another deployment from now on. */
    void moveTo(long id, long deploymentId) {
        sql.update(ROLLOUTS)
                .set(ROLLOUTS.DEPLOYMENT_ID, deploymentId)
                .where(ROLLOUTS.ID.eq(id))
                .execute();
    }

    /** @return whether it is under traffic and was not held by anybody before */
    boolean pause(long id, String who) {
        return sql.update(ROLLOUTS)
                        .set(ROLLOUTS.PAUSED, who)
                        .set(ROLLOUTS.VERSION, ROLLOUTS.VERSION.plus(1))
                        .where(ROLLOUTS.ID.eq(id), UNDER_TRAFFIC, ROLLOUTS.PAUSED.isNull())
                        .execute()
                == 1;
    }

    /** @return whether it was paused */
    boolean resume(long id, Instant now) {
        return sql.update(ROLLOUTS)
                        .setNull(ROLLOUTS.PAUSED)
                        // Its time begins anew: what passed while it was held says nothing.
                        .set(ROLLOUTS.SINCE_AT, now.toEpochMilli())
                        .set(ROLLOUTS.PERSON_TOLD, false)
                        .set(ROLLOUTS.VERSION, ROLLOUTS.VERSION.plus(1))
                        .where(ROLLOUTS.ID.eq(id), UNDER_TRAFFIC, ROLLOUTS.PAUSED.isNotNull())
                        .execute()
                == 1;
    }

    /** @param step where it must still be, from 0; null for anywhere. @return whether it is under traffic there */
    boolean promote(long id, Watch.Promotion how, @Nullable Integer step) {
        Condition there = step == null ? DSL.noCondition() : ROLLOUTS.STEP.eq((long) step);
        return sql.update(ROLLOUTS)
                        .set(ROLLOUTS.PROMOTED, how.wire())
                        .setNull(ROLLOUTS.PAUSED)
                        .set(ROLLOUTS.VERSION, ROLLOUTS.VERSION.plus(1))
                        .where(ROLLOUTS.ID.eq(id), UNDER_TRAFFIC, there)
                        .execute()
                == 1;
    }

    /** @return whether nobody was told to look before */
    boolean tellPerson(long id) {
        return sql.update(ROLLOUTS)
                        .set(ROLLOUTS.PERSON_TOLD, true)
                        .where(ROLLOUTS.ID.eq(id), ROLLOUTS.PERSON_TOLD.isFalse())
                        .execute()
                == 1;
    }

    void beginStep(long rolloutId, int number, int percent, Instant now) {
        sql.insertInto(ROLLOUT_STEPS)
                .set(ROLLOUT_STEPS.ROLLOUT_ID, rolloutId)
                .set(ROLLOUT_STEPS.NUMBER, (long) number)
                .set(ROLLOUT_STEPS.PERCENT, (long) percent)
                .set(ROLLOUT_STEPS.STARTED_AT, now.toEpochMilli())
                .execute();
    }

    /** The step that lasts, if one does. */
    void endStep(long rolloutId, String outcome, @Nullable String verdict, Instant now) {
        sql.update(ROLLOUT_STEPS)
                .set(ROLLOUT_STEPS.ENDED_AT, now.toEpochMilli())
                .set(ROLLOUT_STEPS.OUTCOME, outcome)
                .set(ROLLOUT_STEPS.VERDICT, verdict)
                .where(ROLLOUT_STEPS.ROLLOUT_ID.eq(rolloutId), ROLLOUT_STEPS.ENDED_AT.isNull())
                .execute();
    }

    List<RolloutStep> steps(long rolloutId) {
        return sql.selectFrom(ROLLOUT_STEPS)
                .where(ROLLOUT_STEPS.ROLLOUT_ID.eq(rolloutId))
                .orderBy(ROLLOUT_STEPS.NUMBER)
                .fetch(row -> new RolloutStep(
                        Math.toIntExact(row.getNumber()),
                        Math.toIntExact(row.getPercent()),
                        Instant.ofEpochMilli(row.getStartedAt()),
                        Millis.instant(row.getEndedAt()),
                        row.getOutcome(),
                        row.getVerdict()));
    }

    void event(long rolloutId, RolloutDecision.Kind kind, Told told, Instant now) {
        sql.insertInto(ROLLOUT_EVENTS)
                .set(ROLLOUT_EVENTS.ROLLOUT_ID, rolloutId)
                .set(ROLLOUT_EVENTS.KIND, kind.name())
                .set(ROLLOUT_EVENTS.MESSAGE, told.text())
                .set(ROLLOUT_EVENTS.CODE, told.code())
                .set(ROLLOUT_EVENTS.ARGUMENTS, RolloutJsonText.texts(told.arguments()))
                .set(ROLLOUT_EVENTS.AT, now.toEpochMilli())
                .execute();
    }

    List<RolloutEvent> events(long rolloutId, long after, int limit) {
        return sql.selectFrom(ROLLOUT_EVENTS)
                .where(ROLLOUT_EVENTS.ROLLOUT_ID.eq(rolloutId), ROLLOUT_EVENTS.ID.gt(after))
                .orderBy(ROLLOUT_EVENTS.ID)
                .limit(limit)
                .fetch(RolloutStore::event);
    }

    private static RolloutEvent event(RolloutEventsRecord row) {
        return new RolloutEvent(
                row.getId(),
                row.getRolloutId(),
                RolloutDecision.Kind.valueOf(row.getKind()),
                row.getMessage(),
                row.getCode(),
                RolloutJsonText.texts(row.getArguments()),
                Instant.ofEpochMilli(row.getAt()));
    }

    /** Older rows have the sentence alone. */
    private static @Nullable Told cancelReason(RolloutsRecord row) {
        String text = row.getCancelReason();
        if (text == null) {
            return null;
        }
        String code = row.getCancelCode();
        return code == null
                ? new Told("canceled", List.of(text), text)
                : new Told(code, RolloutJsonText.texts(row.getCancelArguments()), text);
    }

    private StoredRollout rollout(RolloutsRecord row) {
        String tail = row.getLogTail();
        Strategy strategy = Strategy.ofWire(row.getStrategy()).orElseThrow();
        RolloutOptions options = RolloutJsonText.options(row.getOptions(), strategy);
        return new StoredRollout(
                row.getId(),
                row.getProjectId(),
                row.getEnvironmentId(),
                row.getDeploymentId(),
                row.getBundleId(),
                row.getVersion(),
                row.getConfigurationVersion(),
                row.getOverridesHold(),
                options,
                row.getReason(),
                row.getReasonCode(),
                RolloutJsonText.texts(row.getReasonArguments()),
                tail == null ? List.of() : Stream.of(tail.split("\n", -1)).toList(),
                Instant.ofEpochMilli(row.getCreatedAt()),
                Millis.instant(row.getFinishedAt()),
                new Rollout(
                        row.getRevision(),
                        row.getPreviousRevision(),
                        strategy,
                        options.shares(),
                        times.policy(Duration.ofSeconds(row.getProgressDeadlineSeconds()), options),
                        RolloutPhase.ofWire(row.getPhase()),
                        Math.toIntExact(row.getStep()),
                        Instant.ofEpochMilli(row.getSinceAt()),
                        Math.toIntExact(row.getRestarts()),
                        cancelReason(row),
                        row.getEnding() == null ? null : RolloutPhase.ofWire(row.getEnding()),
                        new Watch(
                                row.getPlaced(),
                                row.getPaused(),
                                Watch.Promotion.valueOf(row.getPromoted().toUpperCase(Locale.ROOT)),
                                Millis.instant(row.getHeldAt()),
                                row.getPersonTold())));
    }
}
