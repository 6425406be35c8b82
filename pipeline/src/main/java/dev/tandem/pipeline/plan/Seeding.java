package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.plan.Instances.Instance;
import dev.tandem.pipeline.plan.JobConfig.EnvironmentConfig;
import dev.tandem.pipeline.plan.JobConfig.JobRule;
import dev.tandem.pipeline.rule.Conditions;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.When;
import dev.tandem.pipeline.syntax.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides for each concrete job whether its rules let it in, and how it runs. */
final class Seeding {
    private final Scope.Shared shared;
    private final Conditions conditions;
    private final RefFilters filters;
    private final List<Variable> rootVariables;
    private final boolean workflowRules;
    private final Budget budget;

    Seeding(
            PipelineContext context,
            Scope.Shared shared,
            Conditions conditions,
            List<Variable> rootVariables,
            boolean workflowRules,
            Budget budget) {
        this.shared = shared;
        this.conditions = conditions;
        this.filters = new RefFilters(context, conditions);
        this.rootVariables = rootVariables;
        this.workflowRules = workflowRules;
        this.budget = budget;
    }

    /** The job as it is to run, or empty when it is not part of this pipeline. */
    Optional<Seed> seed(Instance instance) {
        JobConfig job = instance.job();
        List<List<Variable>> yaml = new ArrayList<>(List.of(inherited(job), job.variables(), instance.matrix()));
        budget.spend(10L + yaml.stream().mapToInt(List::size).sum());
        List<Variable> predefined = predefined(instance);
        JobEnvironment environment = environment(job.environment(), shared.with(predefined, yaml, null));
        predefined.addAll(predefined(environment));
        String environmentName = environment == null ? null : environment.name();
        Scope scope = shared.with(predefined, yaml, environmentName);
        List<JobRule> rules = job.rules();
        if (rules == null) {
            return filters.keep(job, workflowRules, scope::value)
                    ? Optional.of(seed(instance, null, predefined, yaml, environment, scope))
                    : Optional.empty();
        }
        for (JobRule rule : rules) {
            if (conditions.hold(rule.condition(), scope::value)) {
                if (rule.never()) {
                    return Optional.empty();
                }
                yaml.add(rule.variables());
                JobEnvironment named = environment(job.environment(), shared.with(predefined, yaml, environmentName));
                Scope ruled = shared.with(predefined, yaml, named == null ? null : named.name());
                return Optional.of(seed(instance, rule, predefined(instance, named), yaml, named, ruled));
            }
        }
        return Optional.empty();
    }

    private static Seed seed(
            Instance instance,
            @Nullable JobRule rule,
            List<Variable> predefined,
            List<List<Variable>> yaml,
            @Nullable JobEnvironment environment,
            Scope scope) {
        JobConfig job = instance.job();
        When ruleWhen = rule == null ? null : rule.when();
        When when = ruleWhen != null ? ruleWhen : job.when() != null ? job.when() : When.ON_SUCCESS;
        Boolean interruptible = rule == null ? null : rule.interruptible();
        return new Seed(
                instance,
                when,
                when != When.DELAYED ? null : rule == null ? job.startIn() : rule.startIn(),
                allowFailure(job, rule, when),
                interruptible == null ? job.interruptible() : interruptible,
                rule != null && rule.needs() != null ? rule.needs() : job.needs(),
                predefined,
                yaml,
                environment,
                scope);
    }

    /** A manual job is optional when the job says manual, and blocks when the rule does. */
    private static AllowFailure allowFailure(JobConfig job, @Nullable JobRule rule, When when) {
        if (rule != null && rule.allowFailure() != null) {
            return rule.allowFailure() ? AllowFailure.ALWAYS : AllowFailure.NEVER;
        }
        if (job.allowFailure() != null) {
            return job.allowFailure();
        }
        boolean manualByJob = when == When.MANUAL && (rule == null || rule.when() == null);
        return manualByJob ? AllowFailure.ALWAYS : AllowFailure.NEVER;
    }

    private List<Variable> inherited(JobConfig job) {
        Set<String> names = job.inheritedVariables();
        return names == null
                ? rootVariables
                : rootVariables.stream()
                        .filter(variable -> names.contains(variable.key()))
                        .toList();
    }

    private static List<Variable> predefined(Instance instance) {
        List<Variable> variables = new ArrayList<>();
        variables.add(Variable.raw("CI_JOB_NAME", instance.name()));
        variables.add(Variable.raw("CI_JOB_NAME_SLUG", Slugs.of(instance.name())));
        variables.add(Variable.raw("CI_JOB_STAGE", instance.job().stage().name()));
        variables.add(Variable.of("CI_NODE_TOTAL", String.valueOf(instance.total())));
        if (instance.index() > 0) {
            variables.add(Variable.of("CI_NODE_INDEX", String.valueOf(instance.index())));
        }
        return variables;
    }

    private static List<Variable> predefined(@Nullable JobEnvironment environment) {
        List<Variable> variables = new ArrayList<>();
        if (environment != null) {
            variables.add(Variable.raw("CI_ENVIRONMENT_NAME", environment.name()));
            variables.add(Variable.raw("CI_ENVIRONMENT_SLUG", Slugs.ofEnvironment(environment.name())));
            variables.add(Variable.of("CI_ENVIRONMENT_ACTION", environment.action()));
            if (environment.tier() != null) {
                variables.add(Variable.of("CI_ENVIRONMENT_TIER", environment.tier()));
            }
            if (environment.url() != null) {
                variables.add(Variable.of("CI_ENVIRONMENT_URL", environment.url()));
            }
        }
        return variables;
    }

    private static List<Variable> predefined(Instance instance, @Nullable JobEnvironment environment) {
        List<Variable> variables = predefined(instance);
        variables.addAll(predefined(environment));
        return variables;
    }

    private static @Nullable JobEnvironment environment(@Nullable EnvironmentConfig given, Scope scope) {
        if (given == null) {
            return null;
        }
        return new JobEnvironment(
                scope.expand(given.name()),
                given.name(),
                given.url(),
                given.onStop() == null ? null : given.onStop().name(),
                given.action(),
                given.tier() == null ? null : scope.expand(given.tier()),
                given.autoStopIn() == null ? null : scope.expand(given.autoStopIn()));
    }
}
