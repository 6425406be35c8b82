package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.When;
import dev.tandem.pipeline.syntax.Mark;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One concrete job: parallel jobs are expanded, defaults and rules applied.
 *
 * @param name unique in the plan
 * @param group the name as written in the file; differs from {@code name} for parallel jobs only
 * @param mark where the job is defined
 * @param needs null: waits for all earlier stages. Else the needed jobs that are in this plan; empty: starts at once
 * @param artifactsFrom names of the jobs of this plan whose artifacts it downloads
 * @param predefined the CI_* variables that follow from the job itself (CI_JOB_NAME, CI_JOB_STAGE, CI_NODE_*, CI_ENVIRONMENT_*)
 * @param variables root, workflow, job, matrix and rule variables merged, not yet expanded: see
 *     {@link dev.tandem.pipeline.rule.JobVariables}
 * @param startIn given exactly when {@code when} is DELAYED
 * @param timeout null: the project's
 * @param tags expanded
 * @param resourceGroup expanded
 * @param coverage the regular expression without its slashes
 * @param dependencies the jobs of this plan that {@code dependencies} names; null: not given
 * @param trigger the downstream pipeline it starts instead of running a script
 * @param outsideNeeds jobs of other pipelines whose artifacts it takes
 * @param mirrors the project (expanded) whose latest pipeline of the default branch it shows the status of, instead of running a script
 * @param idTokens for which audiences it gets a signed token of its identity, by the token's variable; audiences are as written
 * @param release what it releases after its script succeeded
 * @param pages the folder that becomes a web site, expanded; it is among its artifacts
 * @param nodeIndex 1-based place among parallel jobs; 0 when not parallel
 * @param nodeTotal 1 when not parallel
 */
public record PlannedJob(
        String name,
        String group,
        String stage,
        int stageIndex,
        Mark mark,
        Scripts scripts,
        When when,
        @Nullable Duration startIn,
        AllowFailure allowFailure,
        Retry retry,
        @Nullable Duration timeout,
        boolean interruptible,
        @Nullable List<Need> needs,
        List<String> artifactsFrom,
        List<Variable> predefined,
        List<Variable> variables,
        List<String> tags,
        @Nullable Image image,
        List<Service> services,
        List<Cache> caches,
        @Nullable Artifacts artifacts,
        @Nullable JobEnvironment environment,
        @Nullable String resourceGroup,
        @Nullable String coverage,
        @Nullable String manualConfirmation,
        @Nullable List<String> dependencies,
        @Nullable Trigger trigger,
        List<OutsideNeed> outsideNeeds,
        @Nullable String mirrors,
        Map<String, List<String>> idTokens,
        @Nullable Release release,
        @Nullable Pages pages,
        int nodeIndex,
        int nodeTotal) {
    public PlannedJob {
        needs = needs == null ? null : List.copyOf(needs);
        artifactsFrom = List.copyOf(artifactsFrom);
        predefined = List.copyOf(predefined);
        variables = List.copyOf(variables);
        tags = List.copyOf(tags);
        services = List.copyOf(services);
        caches = List.copyOf(caches);
        // Plans that were stored before there were such needs lack them.
        outsideNeeds = outsideNeeds == null ? List.of() : List.copyOf(outsideNeeds);
        idTokens = idTokens == null ? Map.of() : Map.copyOf(idTokens);
        dependencies = dependencies == null ? null : List.copyOf(dependencies);
    }
}
