package dev.tandem.cli.run;

import dev.tandem.cli.pipeline.Json;
import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.CompileOptions;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.plan.Plan;
import dev.tandem.pipeline.plan.Trigger;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.rule.VariableExpander;
import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Makes the pipelines that trigger jobs of one pipeline start: children from files of the commit or from artifacts. */
final class ChildPipelines implements LocalPipeline.Children {
    /** GitLab's: a child, and a child of that. */
    private static final int LEVELS = 2;

    private static final int LARGEST_GENERATED = 5 * 1024 * 1024;
    private static final String ROOT = ".tandem-child.yml";

    private final RunSettings run;
    private final LocalJobs jobs;
    private final PipelineContext context;
    private final int level;

    /**
     * Those of the pipeline whose jobs {@code jobs} runs.
     *
     * @param level 0 at the top
     */
    ChildPipelines(RunSettings run, LocalJobs jobs, PipelineContext context, int level) {
        this.run = run;
        this.jobs = jobs;
        this.context = context;
        this.level = level;
    }

    @Override
    public LocalPipeline.Child create(LocalJobState job, Collection<LocalJobState> all) {
        if (level >= LEVELS) {
            return new LocalPipeline.Child.None("child pipelines go " + LEVELS + " levels deep");
        }
        Map<String, String> values = new HashMap<>();
        jobs.variables(job, all).forEach(variable -> values.put(variable.key(), variable.value()));
        Trigger trigger = Objects.requireNonNull(job.plan().trigger(), "a trigger job has a trigger");
        Gathering gathering = new Gathering(trigger, values, all);
        try {
            trigger.includes().forEach(gathering::add);
        } catch (Missing missing) {
            return new LocalPipeline.Child.None(String.valueOf(missing.getMessage()));
        }
        PipelineContext own = context(handedOn(job, trigger, values));
        CompileOptions how = new CompileOptions(
                run.compile().sources(),
                run.compile().missingIncludesAllowed(),
                run.compile().capabilities(),
                Map.of());
        Compilation compilation = PipelineCompiler.compile(gathering.files(), ROOT, own, how);
        compilation.diagnostics().forEach(each -> run.view().word(job.title() + ": " + each));
        return switch (compilation.outcome()) {
            case Outcome.Runs(Plan plan) -> new LocalPipeline.Child.Made(pipeline(job, plan, own));
            case Outcome.Filtered filtered -> new LocalPipeline.Child.None(filtered.message());
            case Outcome.Invalid invalid -> {
                long errors = compilation.diagnostics().stream()
                        .filter(Diagnostic::isError)
                        .count();
                yield new LocalPipeline.Child.None(
                        "its configuration has " + errors + (errors == 1 ? " error" : " errors"));
            }
        };
    }

    private LocalPipeline pipeline(LocalJobState job, Plan plan, PipelineContext own) {
        LocalJobs theirs = new LocalJobs(run, own);
        run.view().more(plan.jobs().size());
        return new LocalPipeline(
                plan,
                new Selection(plan.jobs(), Set.of()),
                theirs,
                new ChildPipelines(run, theirs, own, level + 1),
                run,
                job.title());
    }

    private PipelineContext context(List<Variable> given) {
        List<Variable> predefined = new ArrayList<>(context.predefined());
        predefined.removeIf(variable -> variable.key().equals("CI_PIPELINE_SOURCE"));
        predefined.add(Variable.raw("CI_PIPELINE_SOURCE", "parent_pipeline"));
        return new PipelineContext(
                "parent_pipeline",
                context.ref(),
                context.tag(),
                context.defaultBranch(),
                context.projectPath(),
                predefined,
                context.settings(),
                given,
                context.changes());
    }

    private List<Variable> handedOn(LocalJobState job, Trigger trigger, Map<String, String> values) {
        Map<String, Variable> handed = new LinkedHashMap<>();
        if (trigger.yamlVariables()) {
            for (Variable variable : job.plan().variables()) {
                Variable known = variable.raw()
                        ? variable
                        : variable.withValue(VariableExpander.expandKnown(variable.value(), values::get));
                handed.put(variable.key(), known);
            }
        }
        if (trigger.pipelineVariables()) {
            context.pipelineVariables().forEach(variable -> handed.put(variable.key(), variable));
        }
        return List.copyOf(handed.values());
    }

    /** A file that cannot be had; the message says which. */
    private static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String why) {
            super(why);
        }
    }

    /** The files of {@code trigger:include} as one configuration that includes them. */
    private final class Gathering {
        private final Trigger trigger;
        private final Map<String, String> values;
        private final Collection<LocalJobState> all;
        private final List<Map<String, Object>> entries = new ArrayList<>();
        private final Map<String, byte[]> over = new HashMap<>();

        Gathering(Trigger trigger, Map<String, String> values, Collection<LocalJobState> all) {
            this.trigger = trigger;
            this.values = values;
            this.all = all;
        }

        SourceFiles files() {
            over.put(ROOT, Json.of(Map.of("include", entries)).getBytes(StandardCharsets.UTF_8));
            return new Over(run.files(), over);
        }

        void add(Trigger.Include include) {
            Map<String, Object> entry = new LinkedHashMap<>();
            if (include.kind().equals("artifact")) {
                entry.put("local", generated(include));
            } else {
                entry.put(include.kind(), include.address());
                if (!include.files().isEmpty()) {
                    entry.put("file", include.files());
                }
                if (include.ref() != null) {
                    entry.put("ref", include.ref());
                }
            }
            Map<String, Object> inputs =
                    new LinkedHashMap<>(trigger.includes().size() == 1 ? trigger.inputs() : Map.of());
            inputs.putAll(include.inputs());
            if (!inputs.isEmpty()) {
                entry.put("inputs", inputs);
            }
            entries.add(entry);
        }

        /** The path at which the file of an artifact stands among the files. */
        private String generated(Trigger.Include include) {
            String path =
                    VariableExpander.expand(include.address(), values::get).replaceFirst("^(\\./|/)+", "");
            String name = String.valueOf(include.job());
            Path archive = all.stream()
                    .filter(job -> job.name().equals(name) || job.plan().group().equals(name))
                    .flatMap(job -> job.result().stream())
                    .flatMap(result -> Optional.ofNullable(result.artifacts().get("archive")).stream())
                    .findFirst()
                    .orElseThrow(() -> new Missing("the job " + name + " left no artifacts to take " + path + " from"));
            try (ZipFile zip = new ZipFile(archive.toFile())) {
                ZipEntry entry = zip.getEntry(path);
                if (entry == null || entry.isDirectory()) {
                    throw new Missing("the artifacts of " + name + " hold no file " + path);
                }
                try (InputStream content = zip.getInputStream(entry)) {
                    byte[] bytes = content.readNBytes(LARGEST_GENERATED + 1);
                    if (bytes.length > LARGEST_GENERATED) {
                        throw new Missing("the file " + path + " of " + name + " is larger than 5 MB");
                    }
                    over.put(path, bytes);
                }
            } catch (IOException e) {
                throw new Missing("the artifacts of " + name + " cannot be read: " + e.getMessage());
            }
            return path;
        }
    }

    /** Files of the commit with some in front of them. */
    private record Over(SourceFiles below, Map<String, byte[]> over) implements SourceFiles {
        @Override
        public byte @Nullable [] read(String path, int limitBytes) {
            byte[] own = over.get(path);
            return own == null ? below.read(path, limitBytes) : own;
        }

        @Override
        public List<String> paths() {
            Set<String> all = new LinkedHashSet<>(below.paths());
            over.keySet().stream().filter(path -> !path.equals(ROOT)).forEach(all::add);
            return List.copyOf(all);
        }
    }
}
