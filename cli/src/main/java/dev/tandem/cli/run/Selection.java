package dev.tandem.cli.run;

import dev.tandem.pipeline.plan.Need;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.plan.PlannedJob;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The jobs of a plan that are to run.
 *
 * @param jobs in the plan's order
 * @param named those that were asked for by name: manual ones among them are started
 */
record Selection(List<PlannedJob> jobs, Set<String> named) {
    Selection {
        jobs = List.copyOf(jobs);
        named = Set.copyOf(named);
    }

    /** A name that no job has. */
    static final class Unknown extends Exception {
        private static final long serialVersionUID = 1;

        Unknown(String name, Plan plan) {
            super("no job of this pipeline is named \"" + name + "\"; there are: "
                    + plan.jobs().stream().map(PlannedJob::name).collect(Collectors.joining(", ")));
        }
    }

    /**
     * All jobs, or those named.
     *
     * @param names of jobs, or of parallel jobs as written in the file, which stands for all of them
     * @param needed also what they wait for: their needs, or all earlier stages
     */
    static Selection of(Plan plan, List<String> names, boolean needed) throws Unknown {
        if (names.isEmpty()) {
            return new Selection(plan.jobs(), Set.of());
        }
        Set<String> named = new LinkedHashSet<>();
        for (String name : names) {
            List<String> found = plan.jobs().stream()
                    .filter(job -> job.name().equals(name) || job.group().equals(name))
                    .map(PlannedJob::name)
                    .toList();
            if (found.isEmpty()) {
                throw new Unknown(name, plan);
            }
            named.addAll(found);
        }
        Set<String> all = needed ? withNeeded(plan, named) : named;
        List<PlannedJob> jobs =
                plan.jobs().stream().filter(job -> all.contains(job.name())).toList();
        return new Selection(jobs, named);
    }

    private static Set<String> withNeeded(Plan plan, Set<String> named) {
        Set<String> all = new LinkedHashSet<>(named);
        Deque<String> open = new ArrayDeque<>(named);
        while (!open.isEmpty()) {
            String name = open.poll();
            for (PlannedJob job : plan.jobs()) {
                if (job.name().equals(name)) {
                    before(plan, job).stream().filter(all::add).forEach(open::add);
                }
            }
        }
        return all;
    }

    private static List<String> before(Plan plan, PlannedJob job) {
        List<Need> needs = job.needs();
        return needs != null
                ? needs.stream().map(Need::job).toList()
                : plan.jobs().stream()
                        .filter(other -> other.stageIndex() < job.stageIndex())
                        .map(PlannedJob::name)
                        .toList();
    }
}
