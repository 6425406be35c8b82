package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.rule.Condition;
import dev.tandem.pipeline.rule.Expression;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.When;
import dev.tandem.pipeline.syntax.Mark;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A visible job as declared, defaults applied, before any rule is evaluated.
 *
 * @param planned false: nobody can do its work here (start or follow another pipeline), and it is left out
 * @param trigger the downstream pipeline it starts; null for a job with a script
 * @param outsideNeeds jobs of other pipelines whose artifacts it takes, as written
 * @param mirrors the project whose status it shows, as written; null for a job with a script
 * @param inheritedVariables the root variables it sees; null: all
 */
public record JobConfig(
        String name,
        Mark mark,
        boolean planned,
        @Nullable TriggerConfig trigger,
        Named stage,
        Scripts scripts,
        @Nullable When when,
        @Nullable Duration startIn,
        @Nullable AllowFailure allowFailure,
        Retry retry,
        @Nullable Duration timeout,
        boolean interruptible,
        @Nullable List<NeedConfig> needs,
        List<OutsideNeed> outsideNeeds,
        @Nullable Named mirrors,
        @Nullable List<Named> dependencies,
        @Nullable List<JobRule> rules,
        @Nullable RefFilter only,
        @Nullable RefFilter except,
        List<Variable> variables,
        @Nullable Set<String> inheritedVariables,
        List<String> tags,
        @Nullable Image image,
        List<Service> services,
        List<Cache> caches,
        @Nullable Artifacts artifacts,
        @Nullable EnvironmentConfig environment,
        @Nullable String resourceGroup,
        @Nullable String coverage,
        @Nullable String manualConfirmation,
        Map<String, List<String>> idTokens,
        @Nullable Release release,
        @Nullable Pages pages,
        @Nullable Parallel parallel) {

    /** A name and where it was written. */
    record Named(String name, Mark mark) {}

    /**
     * An entry of needs.
     *
     * @param matrix which instances of a parallel job; empty: all
     */
    record NeedConfig(
            String job, Mark mark, boolean artifacts, boolean optional, List<Map<String, List<String>>> matrix) {
        /** Whether its values depend on the instance that needs: {@code $[[ matrix.NAME ]]}. */
        boolean followsMatrix() {
            return matrix.stream()
                    .flatMap(row -> row.values().stream())
                    .flatMap(List::stream)
                    .anyMatch(value -> value.contains("$[["));
        }
    }

    /** A downstream pipeline, and the jobs whose artifacts hold its files. */
    record TriggerConfig(Trigger trigger, List<Named> artifactJobs) {}

    /** An item of rules; {@code never}: a match leaves the job out. Null members are not given. */
    record JobRule(
            Condition condition,
            boolean never,
            @Nullable When when,
            @Nullable Duration startIn,
            @Nullable Boolean allowFailure,
            List<Variable> variables,
            @Nullable List<NeedConfig> needs,
            @Nullable Boolean interruptible) {}

    /** One side of only/except; empty lists are not given. */
    record RefFilter(
            List<String> refs, List<Expression> variables, Condition.@Nullable Changes changes, boolean kubernetes) {}

    /** An environment as written. */
    record EnvironmentConfig(
            String name,
            @Nullable String url,
            @Nullable Named onStop,
            String action,
            @Nullable String tier,
            @Nullable String autoStopIn,
            Mark mark) {}

    /** Either so many equal jobs, or one for each combination of values (in the order of the file). */
    record Parallel(int count, List<Map<String, List<String>>> matrix) {}
}
