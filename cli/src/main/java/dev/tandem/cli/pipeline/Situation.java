package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.rule.ChangedFiles;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pipeline that is asked for, as the server would describe it: the same names and conditions of predefined variables. */
final class Situation {
    private static final String PROJECT = "local/project";
    private static final String NO_COMMIT = "0".repeat(40);

    private Situation() {}

    /**
     * A context.
     *
     * @param ref branch; null: what is checked out, else the default branch
     * @param tag a tag instead of a branch
     * @param changed null: unknown, so that every {@code changes} rule matches
     */
    static PipelineContext of(
            Checkout checkout,
            String source,
            @Nullable String ref,
            @Nullable String tag,
            String defaultBranch,
            Map<String, String> variables,
            @Nullable List<String> changed) {
        String branch =
                ref != null ? ref : Optional.ofNullable(checkout.branch()).orElse(defaultBranch);
        String name = tag != null ? tag : branch;
        List<Variable> given = new ArrayList<>();
        variables.forEach((key, value) -> given.add(Variable.of(key, value)));
        return new PipelineContext(
                source,
                name,
                tag != null,
                defaultBranch,
                PROJECT,
                predefined(checkout, source, name, tag != null, defaultBranch),
                List.of(),
                given,
                changed == null ? ChangedFiles.unknown() : new Given(List.copyOf(changed)));
    }

    private static List<Variable> predefined(
            Checkout checkout, String source, String name, boolean tag, String defaultBranch) {
        String sha = checkout.commit().orElse(NO_COMMIT);
        List<Variable> all = new ArrayList<>();
        add(all, "CI", "true");
        add(all, "GITLAB_CI", "true");
        add(all, "CI_CONFIG_PATH", checkout.config());
        add(all, "CI_PIPELINE_SOURCE", source);
        add(all, "CI_DEFAULT_BRANCH", defaultBranch);
        add(all, "CI_COMMIT_SHA", sha);
        add(all, "CI_COMMIT_SHORT_SHA", sha.substring(0, 8));
        add(all, "CI_COMMIT_BEFORE_SHA", NO_COMMIT);
        add(all, "CI_COMMIT_REF_NAME", name);
        add(all, "CI_COMMIT_REF_SLUG", dev.tandem.pipeline.plan.Slugs.of(name));
        add(all, "CI_COMMIT_REF_PROTECTED", String.valueOf(!tag && name.equals(defaultBranch)));
        add(all, "CI_PROJECT_PATH", PROJECT);
        add(all, "CI_PROJECT_NAME", "project");
        add(all, "CI_PROJECT_NAMESPACE", "local");
        add(all, "CI_PROJECT_ROOT_NAMESPACE", "local");
        add(all, "CI_SERVER_HOST", "localhost");
        add(all, "CI_SERVER_FQDN", "localhost");
        add(all, "CI_SERVER_URL", "http://localhost");
        if (source.equals("merge_request_event")) {
            add(all, "CI_MERGE_REQUEST_ID", "1");
            add(all, "CI_MERGE_REQUEST_IID", "1");
            add(all, "CI_MERGE_REQUEST_EVENT_TYPE", "detached");
            add(all, "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", name);
            add(all, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", defaultBranch);
            add(all, "CI_MERGE_REQUEST_PROJECT_PATH", PROJECT);
            add(all, "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", PROJECT);
        } else {
            add(all, tag ? "CI_COMMIT_TAG" : "CI_COMMIT_BRANCH", name);
        }
        return all;
    }

    private static void add(List<Variable> all, String key, String value) {
        all.add(Variable.raw(key.toUpperCase(Locale.ROOT), value));
    }

    /** The paths that a person says have changed, compared to whatever. */
    private record Given(List<String> paths) implements ChangedFiles {
        @Override
        public Optional<List<String>> ofPipeline() {
            return Optional.of(paths);
        }

        @Override
        public Optional<List<String>> comparedTo(String ref) {
            return Optional.of(paths);
        }
    }
}
