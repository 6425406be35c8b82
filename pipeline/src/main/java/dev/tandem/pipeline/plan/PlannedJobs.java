package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.rule.JobVariables;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.Budget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last step: what is left to expand is expanded. */
final class PlannedJobs {
    private PlannedJobs() {}

    static PlannedJob of(
            Seed seed,
            int stageIndex,
            @Nullable List<Need> needs,
            @Nullable List<String> dependencies,
            List<String> artifactsFrom,
            CacheKeys keys,
            Budget budget) {
        JobConfig job = seed.job();
        String group = job.resourceGroup();
        List<Variable> variables = JobVariables.merge(seed.yaml());
        budget.spend(variables.size());
        return new PlannedJob(
                seed.instance().name(),
                job.name(),
                job.stage().name(),
                stageIndex,
                job.mark(),
                job.scripts(),
                seed.when(),
                seed.startIn(),
                seed.allowFailure(),
                job.retry(),
                job.timeout(),
                seed.interruptible(),
                needs,
                artifactsFrom,
                seed.predefined(),
                variables,
                job.tags().stream().map(seed.scope()::expand).toList(),
                job.image(),
                job.services(),
                keys.resolved(job.caches()),
                job.artifacts(),
                seed.environment(),
                group == null ? null : seed.scope().expand(group),
                job.coverage(),
                job.manualConfirmation(),
                dependencies,
                job.trigger() == null ? null : job.trigger().trigger(),
                job.outsideNeeds().stream()
                        .map(need -> expanded(need, seed.scope()))
                        .toList(),
                job.mirrors() == null ? null : seed.scope().expand(job.mirrors().name()),
                job.idTokens(),
                job.release(),
                expanded(job.pages(), seed.scope()),
                seed.instance().index(),
                seed.instance().total());
    }

    private static @Nullable Pages expanded(@Nullable Pages pages, Scope scope) {
        return pages == null
                ? null
                : new Pages(scope.expand(pages.publish()), scope.expand(pages.pathPrefix()), pages.expireIn());
    }

    private static OutsideNeed expanded(OutsideNeed need, Scope scope) {
        return new OutsideNeed(
                need.pipeline() == null ? null : scope.expand(need.pipeline()),
                need.project() == null ? null : scope.expand(need.project()),
                need.ref() == null ? null : scope.expand(need.ref()),
                scope.expand(need.job()),
                need.artifacts());
    }
}
