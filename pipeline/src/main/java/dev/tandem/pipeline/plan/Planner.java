package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.plan.Instances.Instance;
import dev.tandem.pipeline.plan.JobConfig.Named;
import dev.tandem.pipeline.plan.JobConfig.NeedConfig;
import dev.tandem.pipeline.plan.PipelineConfig.Workflow;
import dev.tandem.pipeline.plan.PipelineConfig.WorkflowRule;
import dev.tandem.pipeline.plan.Planning.Faulty;
import dev.tandem.pipeline.plan.Planning.NotWanted;
import dev.tandem.pipeline.plan.Planning.Planned;
import dev.tandem.pipeline.plan.Planning.WithoutJobs;
import dev.tandem.pipeline.rule.Conditions;
import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.Budget;
import dev.tandem.pipeline.syntax.Diagnostics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evaluates a configuration for one pipeline. */
public final class Planner {
    private static final int DEPLOYMENTS = 500;
    private static final Set<String> EDGE_STAGES = Set.of(".pre", ".post");

    private final PipelineConfig config;
    private final PipelineContext context;
    private final Conditions conditions;
    private final Budget budget;
    private final Diagnostics diagnostics;
    private final Scope.Shared shared;
    private final Instances instances;

    private Planner(
            PipelineConfig config,
            PipelineContext context,
            Conditions conditions,
            Budget budget,
            Diagnostics diagnostics) {
        this.config = config;
        this.context = context;
        this.conditions = conditions;
        this.budget = budget;
        this.diagnostics = diagnostics;
        this.shared = new Scope.Shared(context);
        this.instances = Instances.of(config.jobs().values(), budget);
    }

    /**
     * Checks how jobs refer to each other and evaluates workflow and rules.
     *
     * @throws Budget.Exhausted when the configuration asks for too much work
     */
    public static Planning plan(
            PipelineConfig config,
            PipelineContext context,
            Conditions conditions,
            Budget budget,
            Diagnostics diagnostics) {
        Planner planner = new Planner(config, context, conditions, budget, diagnostics);
        new JobChecks(config, planner.instances, diagnostics).check();
        return diagnostics.hasErrors() ? new Faulty() : planner.plan();
    }

    /** Checks only how jobs refer to each other, which holds for every pipeline. */
    public static void check(PipelineConfig config, Budget budget, Diagnostics diagnostics) {
        new JobChecks(config, Instances.of(config.jobs().values(), budget), diagnostics).check();
    }

    private Planning plan() {
        Workflow workflow = config.workflow();
        List<Variable> rootVariables = config.variables();
        AutoCancel autoCancel = workflow.autoCancel();
        if (workflow.rules() != null) {
            WorkflowRule matched = matching(workflow.rules(), shared.with(List.of(), List.of(rootVariables), null));
            if (matched == null || matched.never()) {
                return new NotWanted();
            }
            rootVariables = JobVariables.merge(List.of(rootVariables, matched.variables()));
            autoCancel = matched.autoCancel() == null ? autoCancel : matched.autoCancel();
        }
        List<Seed> seeds = seeds(rootVariables, workflow.rules() != null);
        boolean any = seeds.stream()
                .anyMatch(seed -> !EDGE_STAGES.contains(seed.job().stage().name()));
        if (!any) {
            return new WithoutJobs();
        }
        checkDeployments(seeds);
        Plan plan = assemble(name(workflow, rootVariables), autoCancel, seeds);
        return diagnostics.hasErrors() ? new Faulty() : new Planned(plan);
    }

    private void checkDeployments(List<Seed> seeds) {
        List<Seed> deployments = seeds.stream()
                .filter(seed -> seed.environment() != null
                        && seed.environment().action().equals("start"))
                .toList();
        if (deployments.size() > DEPLOYMENTS) {
            JobConfig one = deployments.get(DEPLOYMENTS).job();
            String message = "the pipeline has " + deployments.size() + " deployments, more than " + DEPLOYMENTS;
            diagnostics.add(
                    DEPLOYMENTS_TOO_MANY,
                    one.mark(),
                    "jobs:" + one.name() + ":environment",
                    message,
                    "deploy in parts");
        }
    }

    private @Nullable WorkflowRule matching(List<WorkflowRule> rules, Scope scope) {
        return rules.stream()
                .filter(rule -> conditions.hold(rule.condition(), scope::value))
                .findFirst()
                .orElse(null);
    }

    private @Nullable String name(Workflow workflow, List<Variable> rootVariables) {
        if (workflow.name() == null) {
            return null;
        }
        String name = shared.with(List.of(), List.of(rootVariables), null)
                .expand(workflow.name())
                .trim();
        return name.isEmpty() ? null : name.substring(0, Math.min(name.length(), 255));
    }

    private List<Seed> seeds(List<Variable> rootVariables, boolean workflowRules) {
        Seeding seeding = new Seeding(context, shared, conditions, rootVariables, workflowRules, budget);
        List<Seed> seeds = new ArrayList<>();
        for (Instance instance : instances.all()) {
            if (instance.job().planned()) {
                seeding.seed(instance).ifPresent(seeds::add);
            }
        }
        return seeds;
    }

    private Plan assemble(@Nullable String name, AutoCancel autoCancel, List<Seed> seeds) {
        List<String> stages = usedStages(seeds);
        Map<String, Integer> stageIndex = new HashMap<>();
        stages.forEach(stage -> stageIndex.put(stage, stageIndex.size()));
        seeds.sort(
                Comparator.comparing(seed -> stageIndex.get(seed.job().stage().name())));
        Set<String> names = new HashSet<>();
        Set<String> withArtifacts = new HashSet<>();
        for (Seed seed : seeds) {
            names.add(seed.instance().name());
            if (seed.job().artifacts() != null) {
                withArtifacts.add(seed.instance().name());
            }
        }
        List<List<String>> earlier = artifactsOfEarlierStages(seeds, stages);
        CacheKeys keys = new CacheKeys(conditions.files(), budget);
        List<PlannedJob> jobs = new ArrayList<>();
        for (Seed seed : seeds) {
            int stage = stageIndex.getOrDefault(seed.job().stage().name(), 0);
            List<Need> needs = needs(seed, names);
            List<String> artifactsFrom = artifactsFrom(seed, needs, withArtifacts, earlier.get(stage));
            List<Named> given = seed.job().dependencies();
            List<String> dependencies = given == null
                    ? null
                    : names(given).stream().filter(names::contains).sorted().toList();
            jobs.add(PlannedJobs.of(seed, stage, needs, dependencies, artifactsFrom, keys, budget));
        }
        checkCircles(jobs);
        return new Plan(name, autoCancel, stages, jobs);
    }

    private List<String> usedStages(List<Seed> seeds) {
        Set<String> used = new HashSet<>();
        seeds.forEach(seed -> used.add(seed.job().stage().name()));
        List<String> stages = new ArrayList<>(config.stages());
        // With a missing include a stage may be unknown here; its jobs then come last.
        List<String> unknown =
                used.stream().filter(stage -> !stages.contains(stage)).sorted().toList();
        stages.addAll(stages.indexOf(".post"), unknown);
        return stages.stream().filter(used::contains).toList();
    }

    /** For each stage the jobs with artifacts of all stages before it; jobs of a stage share the list. */
    private static List<List<String>> artifactsOfEarlierStages(List<Seed> seeds, List<String> stages) {
        List<List<String>> earlier = new ArrayList<>();
        List<String> soFar = new ArrayList<>();
        int next = 0;
        for (String stage : stages) {
            earlier.add(List.copyOf(soFar));
            for (; next < seeds.size() && seeds.get(next).job().stage().name().equals(stage); next++) {
                if (seeds.get(next).job().artifacts() != null) {
                    soFar.add(seeds.get(next).instance().name());
                }
            }
        }
        return earlier;
    }

    private @Nullable List<Need> needs(Seed seed, Set<String> present) {
        if (seed.needs() == null) {
            return null;
        }
        Map<String, Need> needs = new LinkedHashMap<>();
        for (NeedConfig need : seed.needs()) {
            for (Instance target : instances.needed(need, seed.instance())) {
                budget.spend(1);
                if (present.contains(target.name())) {
                    needs.put(target.name(), new Need(target.name(), need.artifacts(), need.optional()));
                } else if (!need.optional() && target.job().planned() && !diagnostics.isIncomplete()) {
                    String message = "'" + seed.instance().name() + "' needs '" + target.name()
                            + "', which its rules keep out of this pipeline";
                    String hint = "write needs: [{job: " + need.job() + ", optional: true}], or align the rules";
                    diagnostics.add(
                            NEEDS_NOT_IN_PIPELINE,
                            need.mark(),
                            "jobs:" + seed.job().name() + ":needs",
                            message,
                            hint);
                }
            }
        }
        return List.copyOf(needs.values());
    }

    private List<String> artifactsFrom(
            Seed seed, @Nullable List<Need> needs, Set<String> withArtifacts, List<String> earlier) {
        List<Named> dependencies = seed.job().dependencies();
        if (needs != null) {
            Set<String> wanted = dependencies == null ? null : names(dependencies);
            return needs.stream()
                    .filter(need -> need.artifacts() && withArtifacts.contains(need.job()))
                    .map(Need::job)
                    .filter(job -> wanted == null || wanted.contains(job))
                    .toList();
        }
        if (dependencies == null) {
            return earlier;
        }
        return names(dependencies).stream()
                .filter(withArtifacts::contains)
                .sorted()
                .toList();
    }

    private Set<String> names(List<Named> dependencies) {
        Set<String> names = new HashSet<>();
        for (Named dependency : dependencies) {
            List<Instance> targets = instances.named(dependency.name());
            budget.spend(1L + targets.size());
            targets.forEach(target -> names.add(target.name()));
        }
        return names;
    }

    /** Needs that come from rules can close a circle that the declared ones do not have. */
    private void checkCircles(List<PlannedJob> jobs) {
        Map<String, List<String>> edges = new LinkedHashMap<>();
        for (PlannedJob job : jobs) {
            List<Need> needs = job.needs();
            edges.put(
                    job.name(),
                    needs == null ? List.of() : needs.stream().map(Need::job).toList());
        }
        JobChecks.reportCircle(edges, config, diagnostics);
    }
}
