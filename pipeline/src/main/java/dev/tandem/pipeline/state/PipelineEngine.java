package dev.tandem.pipeline.state;

import static dev.tandem.pipeline.state.JobStatus.*;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides, never acts: given the jobs of one pipeline, what happens next. All methods are pure, linear in jobs plus needs, and
 * safe to call from any thread.
 */
public final class PipelineEngine {
    private PipelineEngine() {}

    /**
     * Every created job whose turn came, with what becomes of it; consequences within the same pass included (a job skipped
     * because the job before it was just skipped). Calling it again after applying the changes yields nothing new.
     *
     * <p>A change to {@code pending} of a job with a resource group is a request: the caller that finds the group taken applies
     * {@link JobEvent#AWAIT_RESOURCE} instead.
     */
    public static List<JobChange> advance(List<JobState> jobs) {
        List<JobChange> changes = new ArrayList<>();
        Map<String, Integer> bits = new HashMap<>();
        jobs.forEach(job -> bits.put(job.name(), CompositeRules.bit(job)));
        int earlierStages = 0;
        int thisStage = 0;
        int stage = Integer.MIN_VALUE;
        for (JobState job : NeedsOrder.of(jobs)) {
            if (job.stageIndex() != stage) {
                earlierStages |= thisStage;
                thisStage = 0;
                stage = job.stageIndex();
            }
            JobStatus now = job.status();
            if (now == CREATED) {
                JobEvent event = decide(job, prior(job, earlierStages, bits));
                if (event != null) {
                    now = JobTransitions.next(CREATED, event).orElseThrow();
                    changes.add(new JobChange(job.name(), event, CREATED, now));
                }
            }
            int bit = CompositeRules.bit(job.withStatus(now));
            bits.put(job.name(), bit);
            thisStage |= bit;
        }
        return changes;
    }

    /**
     * What becomes of some created jobs, by the same rules as {@link #advance} but without seeing all jobs. Consequences of these
     * changes are not included: apply them, and ask again for the jobs that they concern.
     *
     * @param all groups of all jobs of the pipeline
     * @param some the created jobs to decide on
     * @param needed every job of the pipeline that one of them needs
     */
    public static List<JobChange> decide(
            Collection<StatusGroup> all, List<JobState> some, Collection<JobState> needed) {
        Map<String, Integer> bits = new HashMap<>();
        needed.forEach(job -> bits.put(job.name(), CompositeRules.bit(job)));
        List<JobChange> changes = new ArrayList<>();
        for (JobState job : some) {
            JobEvent event = decide(job, prior(job, before(job.stageIndex(), all), bits));
            if (event != null) {
                JobStatus next = JobTransitions.next(CREATED, event).orElseThrow();
                changes.add(new JobChange(job.name(), event, CREATED, next));
            }
        }
        return changes;
    }

    /** Stages with created jobs whose turn came, unless they wait for needs of their own. */
    public static Set<Integer> stagesInTurn(Collection<StatusGroup> all) {
        Set<Integer> stages = new HashSet<>();
        for (StatusGroup group : all) {
            if (group.status() == CREATED
                    && CompositeRules.status(before(group.stageIndex(), all))
                            .status()
                            .isTerminal()) {
                stages.add(group.stageIndex());
            }
        }
        return stages;
    }

    /** The status of a pipeline by the groups of all its jobs. */
    public static CompositeStatus statusOf(Collection<StatusGroup> all) {
        return CompositeRules.status(before(Integer.MAX_VALUE, all));
    }

    private static int before(int stage, Collection<StatusGroup> all) {
        int set = 0;
        for (StatusGroup group : all) {
            if (group.stageIndex() < stage) {
                set |= CompositeRules.bit(group.status(), group.allowFailure());
            }
        }
        return set;
    }

    /** The status of a pipeline, or of a stage when given the jobs of that stage. Give the latest attempt of each job only. */
    public static CompositeStatus status(List<JobState> jobs) {
        int set = 0;
        for (JobState job : jobs) {
            set |= CompositeRules.bit(job);
        }
        return CompositeRules.status(set);
    }

    /**
     * The skipped jobs whose decision must be made anew because {@code startedJob} was retried or played: those without needs in
     * later stages, and those that need it or a job that is reset, directly or through others.
     */
    public static List<JobChange> reset(List<JobState> jobs, String startedJob) {
        int stage = jobs.stream()
                .filter(job -> job.name().equals(startedJob))
                .mapToInt(JobState::stageIndex)
                .findFirst()
                .orElse(Integer.MAX_VALUE);
        Set<String> affected = new HashSet<>(Set.of(startedJob));
        List<JobChange> changes = new ArrayList<>();
        for (JobState job : NeedsOrder.of(jobs)) {
            List<String> needs = job.needs();
            boolean depends =
                    needs == null ? job.stageIndex() > stage : needs.stream().anyMatch(affected::contains);
            if (depends && job.status() == SKIPPED) {
                affected.add(job.name());
                changes.add(new JobChange(job.name(), JobEvent.RESET, SKIPPED, CREATED));
            }
        }
        return changes;
    }

    private static JobStatus prior(JobState job, int earlierStages, Map<String, Integer> bits) {
        List<String> needs = job.needs();
        if (needs == null) {
            return CompositeRules.status(earlierStages).status();
        }
        int set = 0;
        for (String need : needs) {
            set |= bits.getOrDefault(need, 0);
        }
        return CompositeRules.needsStatus(set);
    }

    private static @Nullable JobEvent decide(JobState job, JobStatus prior) {
        if (!prior.isTerminal()) {
            return null;
        }
        if (!goesOn(job.when(), job.needs() != null).contains(prior)) {
            return JobEvent.SKIP;
        }
        return switch (job.when()) {
            case MANUAL -> JobEvent.HOLD;
            case DELAYED -> JobEvent.SCHEDULE;
            case ON_SUCCESS, ON_FAILURE, ALWAYS -> JobEvent.ENQUEUE;
        };
    }

    private static EnumSet<JobStatus> goesOn(When when, boolean byNeeds) {
        return switch (when) {
            case ON_SUCCESS, MANUAL, DELAYED -> byNeeds ? EnumSet.of(SUCCESS) : EnumSet.of(SUCCESS, SKIPPED);
            case ON_FAILURE -> EnumSet.of(FAILED);
            case ALWAYS -> EnumSet.of(SUCCESS, FAILED, SKIPPED);
        };
    }
}
