package dev.tandem.pipeline.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Jobs by stage, and within a stage needed jobs before those that need them; so one pass sees all consequences. */
final class NeedsOrder {
    private NeedsOrder() {}

    static List<JobState> of(List<JobState> jobs) {
        List<JobState> byStage = new ArrayList<>(jobs);
        byStage.sort(Comparator.comparingInt(JobState::stageIndex));
        List<JobState> ordered = new ArrayList<>(jobs.size());
        int start = 0;
        while (start < byStage.size()) {
            int end = start;
            int stage = byStage.get(start).stageIndex();
            while (end < byStage.size() && byStage.get(end).stageIndex() == stage) {
                end++;
            }
            addStage(byStage.subList(start, end), ordered);
            start = end;
        }
        return ordered;
    }

    private static void addStage(List<JobState> stage, List<JobState> ordered) {
        Map<String, JobState> waiting = new LinkedHashMap<>();
        stage.forEach(job -> waiting.put(job.name(), job));
        Map<String, Integer> missing = new HashMap<>();
        Map<String, List<String>> neededBy = new HashMap<>();
        for (JobState job : stage) {
            for (String need : distinctNeeds(job)) {
                if (waiting.containsKey(need)) {
                    missing.merge(job.name(), 1, Integer::sum);
                    neededBy.computeIfAbsent(need, name -> new ArrayList<>()).add(job.name());
                }
            }
        }
        ArrayDeque<JobState> ready = new ArrayDeque<>();
        stage.stream().filter(job -> !missing.containsKey(job.name())).forEach(ready::add);
        while (!ready.isEmpty()) {
            JobState job = ready.remove();
            ordered.add(job);
            waiting.remove(job.name());
            for (String dependant : neededBy.getOrDefault(job.name(), List.of())) {
                JobState next = waiting.get(dependant);
                if (missing.merge(dependant, -1, Integer::sum) == 0 && next != null) {
                    ready.add(next);
                }
            }
        }
        // Only a cycle is left over, which the compiler refuses; such jobs keep waiting for each other.
        ordered.addAll(waiting.values());
    }

    private static LinkedHashSet<String> distinctNeeds(JobState job) {
        List<String> needs = job.needs();
        return needs == null ? new LinkedHashSet<>() : new LinkedHashSet<>(needs);
    }
}
