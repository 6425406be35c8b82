package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.plan.JobConfig.NeedConfig;
import dev.tandem.pipeline.plan.JobConfig.Parallel;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.Budget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The concrete jobs that declared jobs become: one each, or several for {@code parallel}. */
final class Instances {
    /** What a matrix gives a job may be this many combinations at most; needs that ask for more select nothing. */
    private static final int COMBINATIONS = JobReader.INSTANCES;

    private final Map<String, Instance> byName = new LinkedHashMap<>();
    private final Map<String, List<Instance>> byGroup = new LinkedHashMap<>();

    /**
     * One concrete job.
     *
     * @param index 1-based among parallel ones, 0 when alone
     */
    record Instance(JobConfig job, String name, List<Variable> matrix, int index, int total) {}

    private Instances() {}

    static Instances of(Iterable<JobConfig> jobs, Budget budget) {
        Instances all = new Instances();
        for (JobConfig job : jobs) {
            List<Instance> made = make(job);
            budget.spend(10L * made.size());
            made.forEach(instance -> all.add(job, instance));
        }
        // A job that is written with the name of an instance takes its place.
        for (JobConfig job : jobs) {
            if (job.parallel() == null) {
                all.byName.put(job.name(), new Instance(job, job.name(), List.of(), 0, 1));
            }
        }
        all.byGroup.replaceAll((group, made) -> made.stream()
                .map(each -> all.byName.getOrDefault(each.name(), each))
                .toList());
        return all;
    }

    private void add(JobConfig job, Instance instance) {
        byName.put(instance.name(), instance);
        byGroup.computeIfAbsent(job.name(), group -> new ArrayList<>()).add(instance);
    }

    /** The instances of a job, itself when it is not parallel. */
    List<Instance> of(JobConfig job) {
        return byGroup.getOrDefault(job.name(), List.of());
    }

    Iterable<Instance> all() {
        return byName.values();
    }

    /** The instances that a name means: all of a group, or the one with that name; empty when there is none. */
    List<Instance> named(String name) {
        List<Instance> group = byGroup.get(name);
        if (group != null) {
            return group;
        }
        Instance single = byName.get(name);
        return single == null ? List.of() : List.of(single);
    }

    /** The instances that a need of {@code from} means; empty when it means none. */
    List<Instance> needed(NeedConfig need, Instance from) {
        return need.followsMatrix() ? needed(MatrixExpressions.resolve(need, from.matrix())) : needed(need);
    }

    private List<Instance> needed(NeedConfig need) {
        List<Instance> group = named(need.job());
        if (need.matrix().isEmpty() || group.isEmpty()) {
            return group;
        }
        Parallel parallel = group.getFirst().job().parallel();
        List<Instance> selected = new ArrayList<>();
        for (Map<String, List<String>> row : need.matrix()) {
            List<String> keys = List.copyOf(row.keySet());
            boolean sameKeys = parallel != null
                    && parallel.matrix().stream()
                            .anyMatch(own -> List.copyOf(own.keySet()).equals(keys));
            for (Map<String, String> values : sameKeys ? combinations(row) : List.<Map<String, String>>of()) {
                Instance instance = byName.get(name(need.job(), values));
                if (instance == null) {
                    return List.of();
                }
                selected.add(instance);
            }
        }
        return selected;
    }

    private static List<Instance> make(JobConfig job) {
        Parallel parallel = job.parallel();
        if (parallel == null) {
            return List.of(new Instance(job, job.name(), List.of(), 0, 1));
        }
        Map<String, Instance> made = new LinkedHashMap<>();
        if (parallel.matrix().isEmpty()) {
            for (int index = 1; index <= parallel.count(); index++) {
                String name = job.name() + " " + index + "/" + parallel.count();
                made.put(name, new Instance(job, name, List.of(), index, parallel.count()));
            }
            return List.copyOf(made.values());
        }
        List<Map<String, String>> all = new ArrayList<>();
        parallel.matrix().forEach(row -> all.addAll(combinations(row)));
        for (int index = 0; index < all.size(); index++) {
            String name = name(job.name(), all.get(index));
            List<Variable> variables = new ArrayList<>();
            all.get(index).forEach((key, value) -> variables.add(Variable.of(key, value)));
            made.put(name, new Instance(job, name, variables, index + 1, all.size()));
        }
        return List.copyOf(made.values());
    }

    private static String name(String group, Map<String, String> values) {
        return group + ": [" + String.join(", ", values.values()) + "]";
    }

    /** Every choice of one value per key, the first key varying slowest; none when there are too many. */
    private static List<Map<String, String>> combinations(Map<String, List<String>> row) {
        List<Map<String, String>> made = List.of(Map.of());
        for (Map.Entry<String, List<String>> each : row.entrySet()) {
            if ((long) made.size() * each.getValue().size() > COMBINATIONS) {
                return List.of();
            }
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> begun : made) {
                for (String value : each.getValue()) {
                    Map<String, String> next = new LinkedHashMap<>(begun);
                    next.put(each.getKey(), value);
                    longer.add(next);
                }
            }
            made = longer;
        }
        return row.isEmpty() ? List.of() : made;
    }
}
