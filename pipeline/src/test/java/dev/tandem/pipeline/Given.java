package dev.tandem.pipeline;

import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.ChangedFiles;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A repository and a push to it: to branch main with the changed file src/a.c unless told otherwise. */
public final class Given implements SourceFiles {
    public static final String ROOT = ".gitlab-ci.yml";

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final List<Variable> settings = new ArrayList<>();
    private final List<Variable> predefined = new ArrayList<>();
    private @Nullable List<String> changed = List.of("src/a.c");
    private String source = "push";
    private String ref = "main";
    private boolean tag;
    private CompileOptions options = CompileOptions.PLAIN;

    private Given() {}

    public static Given config(String yaml) {
        return new Given().file(ROOT, yaml);
    }

    public static Given nothing() {
        return new Given();
    }

    public Given file(String path, String text) {
        return file(path, text.getBytes(StandardCharsets.UTF_8));
    }

    public Given file(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    public Given branch(String name) {
        ref = name;
        return this;
    }

    public Given tag(String name) {
        ref = name;
        tag = true;
        changed = null;
        return this;
    }

    public Given source(String name) {
        source = name;
        return this;
    }

    public Given changed(@Nullable List<String> paths) {
        changed = paths;
        return this;
    }

    public Given setting(String key, String value) {
        settings.add(Variable.of(key, value));
        return this;
    }

    public Given predefined(String key, String value) {
        predefined.add(Variable.of(key, value));
        return this;
    }

    public Given options(CompileOptions given) {
        options = given;
        return this;
    }

    public Compilation compile() {
        return PipelineCompiler.compile(this, ROOT, context(), options);
    }

    public Inspection inspect() {
        return PipelineCompiler.inspect(this, ROOT, context(), options);
    }

    /** The plan; fails with the diagnostics when there is none. */
    public Plan plan() {
        Compilation compilation = compile();
        if (compilation.outcome() instanceof Outcome.Runs(Plan plan)) {
            return plan;
        }
        throw new AssertionError(compilation.toString());
    }

    public PlannedJob job(String name) {
        return plan().jobs().stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no job " + name));
    }

    public List<String> jobs() {
        return plan().jobs().stream().map(PlannedJob::name).toList();
    }

    /** Ids of the errors, in order. */
    public List<String> errors() {
        return compile().diagnostics().stream()
                .filter(each -> each.isError())
                .map(each -> each.code().id())
                .toList();
    }

    public List<String> warnings() {
        return compile().diagnostics().stream()
                .filter(each -> !each.isError())
                .map(each -> each.code().id())
                .toList();
    }

    private PipelineContext context() {
        List<Variable> known = new ArrayList<>(List.of(
                Variable.of("CI_PIPELINE_SOURCE", source),
                Variable.of("CI_COMMIT_REF_NAME", ref),
                Variable.of("CI_COMMIT_REF_SLUG", ref),
                Variable.of(tag ? "CI_COMMIT_TAG" : "CI_COMMIT_BRANCH", ref),
                Variable.of("CI_DEFAULT_BRANCH", "main")));
        known.addAll(predefined);
        return new PipelineContext(source, ref, tag, "main", "group/project", known, settings, List.of(), changes());
    }

    private ChangedFiles changes() {
        return new ChangedFiles() {
            @Override
            public Optional<List<String>> ofPipeline() {
                return Optional.ofNullable(changed);
            }

            @Override
            public Optional<List<String>> comparedTo(String other) {
                return other.equals("main") ? Optional.of(List.of("src/a.c")) : Optional.empty();
            }
        };
    }

    @Override
    public byte @Nullable [] read(String path, int limitBytes) {
        return files.get(path);
    }

    @Override
    public List<String> paths() {
        return List.copyOf(files.keySet());
    }
}
