package dev.tandem.pipeline.plan;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.plan.JobConfig.RefFilter;
import dev.tandem.pipeline.rule.Condition;
import dev.tandem.pipeline.rule.Conditions;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.SafePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Evaluates {@code only} and {@code except}. */
final class RefFilters {
    private static final Pattern SLASHES = Pattern.compile("(?s)/.*/[ismU]*");
    private static final RefFilter DEFAULT_ONLY = new RefFilter(List.of("branches", "tags"), List.of(), null, false);
    private static final Map<String, String> SOURCES = Map.of(
            "pushes", "push",
            "schedules", "schedule",
            "web", "web",
            "api", "api",
            "triggers", "trigger",
            "pipelines", "pipeline",
            "chat", "chat",
            "external", "external",
            "merge_requests", "merge_request_event",
            "external_pull_requests", "external_pull_request_event");

    private final PipelineContext context;
    private final Conditions conditions;

    RefFilters(PipelineContext context, Conditions conditions) {
        this.context = context;
        this.conditions = conditions;
    }

    /**
     * Whether a job without rules belongs to the pipeline.
     *
     * @param anyPipeline without {@code only} the job runs in every kind of pipeline, since workflow rules decide about them
     */
    boolean keep(JobConfig job, boolean anyPipeline, Function<String, @Nullable String> variables) {
        RefFilter only = job.only();
        if (only == null && !anyPipeline) {
            only = DEFAULT_ONLY;
        }
        RefFilter except = job.except();
        return (only == null || holds(only, variables, true)) && (except == null || !holds(except, variables, false));
    }

    /** All parts that are given ({@code only}), or any of them ({@code except}). */
    private boolean holds(RefFilter filter, Function<String, @Nullable String> variables, boolean all) {
        List<BooleanSupplier> parts = new ArrayList<>();
        if (!filter.refs().isEmpty()) {
            parts.add(() -> filter.refs().stream().anyMatch(this::isRef));
        }
        if (!filter.variables().isEmpty()) {
            parts.add(() -> filter.variables().stream().anyMatch(each -> each.matches(variables)));
        }
        if (filter.changes() != null) {
            parts.add(() -> conditions.hold(new Condition(null, filter.changes(), null), variables));
        }
        if (filter.kubernetes()) {
            parts.add(() -> "true".equals(variables.apply("CI_KUBERNETES_ACTIVE")));
        }
        return all
                ? parts.stream().allMatch(BooleanSupplier::getAsBoolean)
                : parts.stream().anyMatch(BooleanSupplier::getAsBoolean);
    }

    private boolean isRef(String entry) {
        String ref = withoutProject(entry);
        int at = ref.length() == entry.length() ? 0 : ref.length();
        if (at > 0 && !entry.substring(at + 1).equals(context.projectPath())) {
            return false;
        }
        boolean mergeRequest = context.source().equals("merge_request_event");
        if (ref.equals("branches")) {
            return !context.tag() && !mergeRequest;
        }
        if (ref.equals("tags")) {
            return context.tag();
        }
        String source = SOURCES.get(ref);
        if (source != null && source.equals(context.source())) {
            return true;
        }
        if (isPattern(ref)) {
            Optional<Pattern> pattern = pattern(ref);
            return pattern.isPresent()
                    && !mergeRequest
                    && pattern.get().matcher(context.ref()).find();
        }
        return ref.equals(context.ref()) && !mergeRequest;
    }

    private static String withoutProject(String entry) {
        int at = entry.lastIndexOf('@');
        return at > 0 ? entry.substring(0, at) : entry;
    }

    /** Whether an entry is written as {@code /pattern/flags}, with or without a project behind it. */
    static boolean isPattern(String entry) {
        return SLASHES.matches(withoutProject(entry));
    }

    /** Empty when it is not a valid pattern. */
    static Optional<Pattern> pattern(String entry) {
        String ref = withoutProject(entry);
        int slash = ref.lastIndexOf('/');
        // Ruby's \Z, the end but for a line break, is the end itself in a ref's name.
        return SafePattern.compile(ref.substring(1, slash).replace("\\Z", "\\z"), ref.substring(slash + 1));
    }
}
