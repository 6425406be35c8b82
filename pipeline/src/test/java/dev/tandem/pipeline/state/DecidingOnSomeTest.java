package dev.tandem.pipeline.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Deciding on what a moved job concerns comes to the same as deciding on all jobs. */
class DecidingOnSomeTest {
    private static final int STAGES = 4;

    @Property
    void anyPipelineGoesTheSameWay(@ForAll long seed) {
        Random random = new Random(seed);
        Map<String, JobState> whole = pipeline(random);
        advanceWhole(whole);
        Map<String, JobState> parts = new LinkedHashMap<>(whole);
        for (int step = 0; step < 40; step++) {
            JobState job = List.copyOf(whole.values()).get(random.nextInt(whole.size()));
            Map<JobEvent, JobStatus> possible = JobTransitions.NEXT.getOrDefault(job.status(), Map.of());
            List<JobStatus> next = new ArrayList<>(Set.copyOf(possible.values()));
            next.sort(null);
            if (job.status() == JobStatus.CREATED || job.status() == JobStatus.SKIPPED || next.isEmpty()) {
                continue;
            }
            JobState moved = job.withStatus(next.get(random.nextInt(next.size())));
            whole.put(job.name(), moved);
            parts.put(job.name(), moved);
            advanceWhole(whole);
            advanceParts(parts, List.of(job.name()));

            assertThat(parts).isEqualTo(whole);
            assertThat(PipelineEngine.statusOf(groups(parts.values())))
                    .isEqualTo(PipelineEngine.status(List.copyOf(whole.values())));
        }
    }

    private static void advanceWhole(Map<String, JobState> jobs) {
        apply(jobs, PipelineEngine.advance(List.copyOf(jobs.values())));
    }

    private static void advanceParts(Map<String, JobState> jobs, List<String> moved) {
        List<JobChange> changes = decide(jobs, moved);
        while (!changes.isEmpty()) {
            apply(jobs, changes);
            changes = decide(jobs, changes.stream().map(JobChange::job).toList());
        }
    }

    private static List<JobChange> decide(Map<String, JobState> jobs, List<String> moved) {
        Set<StatusGroup> groups = groups(jobs.values());
        Set<Integer> stages = PipelineEngine.stagesInTurn(groups);
        List<JobState> some = jobs.values().stream()
                .filter(job -> job.status() == JobStatus.CREATED)
                .filter(job -> job.needs() == null
                        ? stages.contains(job.stageIndex())
                        : job.needs().stream().anyMatch(moved::contains))
                .toList();
        List<JobState> needed = some.stream()
                .flatMap(job -> Objects.requireNonNullElse(job.needs(), List.<String>of()).stream())
                .filter(jobs::containsKey)
                .map(jobs::get)
                .map(Objects::requireNonNull)
                .toList();
        return PipelineEngine.decide(groups, some, needed);
    }

    private static Set<StatusGroup> groups(Collection<JobState> jobs) {
        return Set.copyOf(jobs.stream()
                .map(job -> new StatusGroup(job.stageIndex(), job.status(), job.allowFailure()))
                .toList());
    }

    private static void apply(Map<String, JobState> jobs, List<JobChange> changes) {
        for (JobChange change : changes) {
            JobState job = Objects.requireNonNull(jobs.get(change.job()));
            assertThat(job.status()).isEqualTo(change.from());
            jobs.put(change.job(), job.withStatus(change.to()));
        }
    }

    private static Map<String, JobState> pipeline(Random random) {
        Map<String, JobState> jobs = new LinkedHashMap<>();
        When[] conditions = When.values();
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            int stage = i * STAGES / count;
            List<String> needs = null;
            if (random.nextInt(3) == 0) {
                needs = new ArrayList<>();
                for (int other = 0; other < i; other++) {
                    if (random.nextInt(3) == 0) {
                        needs.add("job-" + other);
                    }
                }
                if (random.nextInt(5) == 0) {
                    needs.add("absent");
                }
            }
            // Most jobs run on success, or hardly any would ever run.
            When when = random.nextInt(2) == 0 ? When.ON_SUCCESS : conditions[random.nextInt(conditions.length)];
            String name = "job-" + i;
            jobs.put(name, new JobState(name, stage, needs, when, random.nextInt(4) == 0, JobStatus.CREATED));
        }
        return jobs;
    }
}
