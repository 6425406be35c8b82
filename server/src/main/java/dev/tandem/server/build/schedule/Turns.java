package dev.tandem.server.build.schedule;

import dev.tandem.pipeline.state.JobChange;
import dev.tandem.pipeline.state.JobState;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.PipelineEngine;
import dev.tandem.pipeline.state.StatusGroup;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.JobStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jooq.DSLContext;

/**
 * Whose turn came because a few jobs of a pipeline moved. Reads what these concern, never all jobs: the groups of the pipeline,
 * jobs of stages whose turn came, and jobs that need one that moved. Safe for use by many threads.
 */
final class Turns {
    private static final int PIPELINES_KEPT = 100;

    private final JobStore jobs;
    /** By pipeline, who needs a job. Never changes once all jobs are stored; a new attempt has the needs of the old one. */
    private final LinkedHashMap<Long, Map<String, List<String>>> neededBy = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Map<String, List<String>>> eldest) {
            return size() > PIPELINES_KEPT;
        }
    };

    Turns(JobStore jobs) {
        this.jobs = jobs;
    }

    /** A job and what becomes of it. */
    record Turn(JobRecord job, JobChange change) {}

    /** @param moved names of the jobs that moved since this was last asked and answered with nothing */
    List<Turn> after(DSLContext sql, long pipelineId, Collection<StatusGroup> groups, Collection<String> moved) {
        Map<String, JobRecord> created = new HashMap<>();
        Set<Integer> stages = PipelineEngine.stagesInTurn(groups);
        if (!stages.isEmpty()) {
            add(created, jobs.waitingForStages(sql, pipelineId, stages));
        }
        Set<String> dependants = dependants(sql, pipelineId, moved);
        if (!dependants.isEmpty()) {
            add(created, jobs.named(sql, pipelineId, dependants));
        }
        return created.isEmpty() ? List.of() : decide(sql, pipelineId, groups, created);
    }

    private List<Turn> decide(
            DSLContext sql, long pipelineId, Collection<StatusGroup> groups, Map<String, JobRecord> created) {
        List<JobState> some = created.values().stream().map(JobRecord::state).toList();
        Set<String> names = new HashSet<>();
        for (JobState job : some) {
            List<String> needs = job.needs();
            names.addAll(needs == null ? List.of() : needs);
        }
        List<JobState> needed = names.isEmpty()
                ? List.of()
                : jobs.named(sql, pipelineId, names).stream()
                        .map(JobRecord::state)
                        .toList();
        return PipelineEngine.decide(groups, some, needed).stream()
                .map(change -> new Turn(Objects.requireNonNull(created.get(change.job())), change))
                .toList();
    }

    private static void add(Map<String, JobRecord> created, List<JobRecord> found) {
        for (JobRecord job : found) {
            if (job.status() == JobStatus.CREATED) {
                created.put(job.name(), job);
            }
        }
    }

    private Set<String> dependants(DSLContext sql, long pipelineId, Collection<String> moved) {
        Map<String, List<String>> known;
        synchronized (neededBy) {
            known = neededBy.get(pipelineId);
        }
        if (known == null) {
            known = reversed(jobs.needs(sql, pipelineId));
            synchronized (neededBy) {
                neededBy.put(pipelineId, known);
            }
        }
        Set<String> dependants = new HashSet<>();
        for (String name : moved) {
            dependants.addAll(known.getOrDefault(name, List.of()));
        }
        return dependants;
    }

    private static Map<String, List<String>> reversed(Map<String, List<String>> needs) {
        Map<String, List<String>> neededBy = new HashMap<>();
        needs.forEach((job, needed) -> needed.forEach(name ->
                neededBy.computeIfAbsent(name, fresh -> new ArrayList<>()).add(job)));
        return neededBy;
    }
}
