package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.plan.Instances.Instance;
import dev.tandem.pipeline.plan.JobConfig.EnvironmentConfig;
import dev.tandem.pipeline.plan.JobConfig.JobRule;
import dev.tandem.pipeline.plan.JobConfig.Named;
import dev.tandem.pipeline.plan.JobConfig.NeedConfig;
import dev.tandem.pipeline.syntax.Diagnostics;
import dev.tandem.pipeline.syntax.Limits;
import dev.tandem.pipeline.syntax.Suggestion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What declared jobs say of each other, checked before any rule is evaluated. */
final class JobChecks {
    static final int NEEDS = 50;

    private final PipelineConfig config;
    private final Instances instances;
    private final Diagnostics diagnostics;
    private final Map<String, Integer> stageIndex = new HashMap<>();

    JobChecks(PipelineConfig config, Instances instances, Diagnostics diagnostics) {
        this.config = config;
        this.instances = instances;
        this.diagnostics = diagnostics;
        for (String stage : config.stages()) {
            stageIndex.put(stage, stageIndex.size());
        }
    }

    void check() {
        for (JobConfig job : config.jobs().values()) {
            checkStage(job);
            checkDependencies(job);
            checkNeeds(job, job.needs(), "jobs:" + job.name() + ":needs");
            warnOfMissingNeeds(job);
            warnOfUnreachable(job);
            List<JobRule> rules = job.rules();
            for (JobRule rule : rules == null ? List.<JobRule>of() : rules) {
                checkNeeds(job, rule.needs(), "jobs:" + job.name() + ":rules:needs");
            }
            checkOnStop(job);
            checkTrigger(job);
        }
        checkCircles();
    }

    /** Rules of which none that lets the job in is ever reached. */
    private void warnOfUnreachable(JobConfig job) {
        List<JobRule> rules = job.rules();
        if (rules == null || rules.isEmpty()) {
            return;
        }
        for (JobRule rule : rules) {
            if (!rule.never()) {
                return;
            }
            if (rule.condition().isUnconditional()) {
                break;
            }
        }
        String message = "the rules of '" + job.name() + "' keep it out of every pipeline";
        String hint = "let one of them have another 'when' than never; to switch a job off, start its name with a dot";
        diagnostics.add(JOB_UNREACHABLE, job.mark(), "jobs:" + job.name() + ":rules", message, hint);
    }

    private void checkStage(JobConfig job) {
        Named stage = job.stage();
        if (!stageIndex.containsKey(stage.name())) {
            String known = "declared are " + String.join(", ", config.stages());
            String message = "the stage '" + stage.name() + "' of '" + job.name() + "' is not declared";
            String hint = Suggestion.of(stage.name(), config.stages(), known);
            diagnostics.add(STAGE_UNKNOWN, stage.mark(), "jobs:" + job.name() + ":stage", message, hint);
        }
    }

    private void checkDependencies(JobConfig job) {
        List<Named> dependencies = job.dependencies();
        if (dependencies == null) {
            return;
        }
        List<NeedConfig> needs = job.needs();
        Set<String> needed = new HashSet<>();
        for (NeedConfig need : needs == null ? List.<NeedConfig>of() : needs) {
            needed.add(need.job());
            instances
                    .of(job)
                    .forEach(instance -> instances.needed(need, instance).forEach(each -> needed.add(each.name())));
        }
        String path = "jobs:" + job.name() + ":dependencies";
        for (Named dependency : dependencies) {
            List<Instance> targets = instances.named(dependency.name());
            String name = "'" + dependency.name() + "'";
            if (targets.isEmpty()) {
                String hint =
                        Suggestion.of(dependency.name(), config.jobs().keySet(), "name a job of an earlier stage");
                diagnostics.add(DEPENDENCIES_UNKNOWN_JOB, dependency.mark(), path, "there is no job " + name, hint);
            } else if (isLater(targets.getFirst().job(), job)) {
                String message = name + " is in a later stage than '" + job.name() + "'";
                diagnostics.add(
                        DEPENDENCIES_LATER_STAGE, dependency.mark(), path, message, "name a job of an earlier stage");
            } else if (needs != null && !needed.contains(dependency.name())) {
                String message = name + " is not among the needs of '" + job.name() + "'";
                diagnostics.add(DEPENDENCIES_NOT_IN_NEEDS, dependency.mark(), path, message, "add it to needs");
            }
        }
    }

    private void checkNeeds(JobConfig job, @Nullable List<NeedConfig> needs, String path) {
        if (needs == null) {
            return;
        }
        if (needs.size() > NEEDS) {
            String message = "'" + job.name() + "' needs " + needs.size() + " jobs, more than " + NEEDS;
            diagnostics.add(NEEDS_TOO_MANY, needs.get(NEEDS).mark(), path, message, "let a stage collect them");
        }
        Set<String> seen = new HashSet<>();
        for (NeedConfig need : needs) {
            List<Instance> targets = targets(job, need);
            String name = "'" + need.job() + "'";
            if (targets.isEmpty() && !need.optional()) {
                String message =
                        need.matrix().isEmpty() || instances.named(need.job()).isEmpty()
                                ? "there is no job " + name
                                : "the job " + name + " has no instance with these values, in this order";
                String hint = Suggestion.of(need.job(), config.jobs().keySet(), "name a job of this pipeline");
                diagnostics.add(NEEDS_UNKNOWN_JOB, need.mark(), path, message, hint);
            } else if (!targets.isEmpty() && isLater(targets.getFirst().job(), job)) {
                String message = name + " is in a later stage than '" + job.name() + "'";
                diagnostics.add(NEEDS_LATER_STAGE, need.mark(), path, message, "move one of the two to another stage");
            }
            if (targets.stream().anyMatch(each -> each.name().length() > Limits.NAME_CHARACTERS)) {
                String message = "the name of an instance of " + name + " is longer than 255 characters";
                diagnostics.add(NAME_TOO_LONG, need.mark(), path, message, "shorten the job's name or its values");
            }
            if (!seen.add(need.matrix().isEmpty() ? need.job() : need.job() + need.matrix())) {
                String message = name + " is needed twice by '" + job.name() + "'";
                diagnostics.add(NEEDS_DUPLICATE, need.mark(), path, message, "remove one of them");
            }
        }
    }

    /** What a need selects; nothing when it selects nothing for one of the instances that need. */
    private List<Instance> targets(JobConfig job, NeedConfig need) {
        List<Instance> from = instances.of(job);
        if (from.isEmpty()) {
            // Its matrix is faulty, which is reported.
            return instances.named(need.job());
        }
        List<Instance> targets = List.of();
        for (Instance instance : need.followsMatrix() ? from : from.subList(0, 1)) {
            targets = instances.needed(need, instance);
            if (targets.isEmpty()) {
                break;
            }
        }
        return targets;
    }

    private void checkTrigger(JobConfig job) {
        JobConfig.TriggerConfig trigger = job.trigger();
        for (Named artifact : trigger == null ? List.<Named>of() : trigger.artifactJobs()) {
            List<Instance> targets = instances.named(artifact.name());
            String name = "'" + artifact.name() + "'";
            String path = "jobs:" + job.name() + ":trigger:include";
            if (targets.isEmpty()) {
                String hint = Suggestion.of(artifact.name(), config.jobs().keySet(), "name a job of an earlier stage");
                diagnostics.add(NEEDS_UNKNOWN_JOB, artifact.mark(), path, "there is no job " + name, hint);
            } else if (isLater(targets.getFirst().job(), job)) {
                String message = name + " is in a later stage than '" + job.name() + "'";
                diagnostics.add(NEEDS_LATER_STAGE, artifact.mark(), path, message, "name a job of an earlier stage");
            }
        }
    }

    /** The same conditions on both sides keep the jobs together; anything else may part them. */
    private void warnOfMissingNeeds(JobConfig job) {
        List<NeedConfig> needs = job.needs();
        for (NeedConfig need : needs == null ? List.<NeedConfig>of() : needs) {
            List<Instance> targets = need.optional() ? List.of() : instances.named(need.job());
            List<JobRule> rules =
                    targets.isEmpty() ? null : targets.getFirst().job().rules();
            if (rules == null || always(rules) || conditions(rules).equals(conditions(job.rules()))) {
                continue;
            }
            String message = "the rules of '" + need.job() + "' can leave it out while '" + job.name() + "' stays";
            String hint = "write {job: " + need.job() + ", optional: true}, or align the rules";
            diagnostics.add(NEEDS_MAY_BE_MISSING, need.mark(), "jobs:" + job.name() + ":needs", message, hint);
        }
    }

    /** Whether every pipeline has the job. */
    private static boolean always(List<JobRule> rules) {
        return rules.stream().noneMatch(JobRule::never)
                && rules.stream().anyMatch(rule -> rule.condition().isUnconditional());
    }

    private static List<String> conditions(@Nullable List<JobRule> rules) {
        return rules == null
                ? List.of()
                : rules.stream().map(rule -> rule.never() + " " + shown(rule)).toList();
    }

    /** Without the marks: the same rule written twice is the same rule. */
    private static String shown(JobRule rule) {
        var changes = rule.condition().changes();
        var exists = rule.condition().exists();
        return rule.condition().expression()
                + " "
                + (changes == null ? "" : changes.paths() + " " + changes.regexp() + " " + changes.compareTo())
                + " "
                + (exists == null ? "" : exists.paths() + " " + exists.regexp() + " " + exists.project());
    }

    private boolean isLater(JobConfig target, JobConfig job) {
        Integer targetStage = stageIndex.get(target.stage().name());
        Integer ownStage = stageIndex.get(job.stage().name());
        return targetStage != null && ownStage != null && targetStage > ownStage;
    }

    private void checkOnStop(JobConfig job) {
        EnvironmentConfig environment = job.environment();
        Named onStop = environment == null ? null : environment.onStop();
        if (environment == null || onStop == null) {
            return;
        }
        String path = "jobs:" + job.name() + ":environment:on_stop";
        JobConfig target = config.jobs().get(onStop.name());
        if (target == null) {
            String hint = Suggestion.of(onStop.name(), config.jobs().keySet(), "add the job that stops it");
            diagnostics.add(ON_STOP_UNKNOWN_JOB, onStop.mark(), path, "there is no job '" + onStop.name() + "'", hint);
            return;
        }
        EnvironmentConfig stopped = target.environment();
        String fault = stopped == null
                ? "has no environment"
                : !stopped.name().equals(environment.name())
                        ? "has the other environment '" + stopped.name() + "'"
                        : !stopped.action().equals("stop") ? "has not action: stop" : "";
        if (!fault.isEmpty()) {
            String message = "the on_stop job '" + onStop.name() + "' " + fault;
            String hint = "give it environment: {name: " + environment.name() + ", action: stop}";
            diagnostics.add(ON_STOP_MISMATCH, onStop.mark(), path, message, hint);
        }
    }

    private void checkCircles() {
        Map<String, List<String>> edges = new LinkedHashMap<>();
        for (JobConfig job : config.jobs().values()) {
            List<String> targets = new ArrayList<>();
            for (NeedConfig need : job.needs() == null ? List.<NeedConfig>of() : job.needs()) {
                List<Instance> found = instances.named(need.job());
                if (!found.isEmpty()) {
                    targets.add(found.getFirst().job().name());
                }
            }
            edges.put(job.name(), targets);
        }
        reportCircle(edges, config, diagnostics);
    }

    /** Reports a circle of needs at a job on it. */
    static void reportCircle(Map<String, List<String>> edges, PipelineConfig config, Diagnostics diagnostics) {
        Circles.find(edges).ifPresent(circle -> {
            String names = String.join(" -> ", circle.stream().limit(20).toList()) + " -> " + circle.getFirst();
            JobConfig job = config.jobs().get(circle.getLast());
            List<NeedConfig> needs = job == null || job.needs() == null ? List.of() : job.needs();
            var mark = needs.isEmpty()
                    ? config.jobs().values().iterator().next().mark()
                    : needs.getFirst().mark();
            String hint = "remove one of these needs";
            diagnostics.add(NEEDS_CYCLE, mark, "jobs:" + circle.getLast() + ":needs", "circular needs: " + names, hint);
        });
    }
}
