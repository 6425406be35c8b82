package dev.tandem.server.build.compile;

import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.CompileOptions;
import dev.tandem.pipeline.DryRun;
import dev.tandem.pipeline.Inspection;
import dev.tandem.pipeline.Outcome;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.IncludeSources;
import dev.tandem.pipeline.syntax.SourceFiles;
import dev.tandem.server.build.variables.PredefinedVariables;
import dev.tandem.server.build.variables.ProjectVariables;
import dev.tandem.server.code.Repositories;
import dev.tandem.server.identity.User;
import dev.tandem.server.platform.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compiles configurations as this server runs them. Reads repositories and may fetch from the web, so never to be called inside a
 * transaction; ends within about half a minute.
 */
@Component
public final class Configurations {
    /** Where a project's configuration is. */
    public static final String FILE = ".gitlab-ci.yml";

    private static final Set<Capability> CAPABILITIES = Set.of(
            Capability.DOWNSTREAM_PIPELINES,
            Capability.OUTSIDE_ARTIFACTS,
            Capability.MIRRORS,
            Capability.ID_TOKENS,
            Capability.RELEASES,
            Capability.PAGES,
            Capability.ARTIFACT_ACCESS);

    private final Database database;
    private final Repositories repositories;
    private final PredefinedVariables predefined;
    private final ProjectVariables settings;
    private final ServerIncludes includes;

    Configurations(
            Database database,
            Repositories repositories,
            PredefinedVariables predefined,
            ProjectVariables settings,
            ServerIncludes includes) {
        this.database = database;
        this.repositories = repositories;
        this.predefined = predefined;
        this.settings = settings;
        this.includes = includes;
    }

    /**
     * A configuration compiled for a pipeline.
     *
     * @param predefined the variables that it was compiled with and its jobs will see
     */
    public record Compiled(Compilation compilation, List<Variable> predefined) {}

    /**
     * What holds for every pipeline of a configuration.
     *
     * @param outcome of a pipeline; null when none was asked for
     * @param contents of the included files, by their names in diagnostics
     */
    public record Inspected(
            Inspection inspection,
            @Nullable Outcome outcome,
            List<IncludedFile> includes,
            Function<String, Optional<byte[]>> contents) {}

    /** The files of a commit. */
    public SourceFiles files(long projectId, String sha) {
        return new RepositoryFiles(repositories, projectId, sha);
    }

    /**
     * The files of another project.
     *
     * @param user who must be able to read them
     * @param ref branch, tag or commit; null: the project's head
     */
    public IncludeSources.Answer project(User user, String path, @Nullable String ref) {
        return includes.begin(user, new Found()).project(path, ref);
    }

    /**
     * For a pipeline.
     *
     * @param files of the repository, the configuration {@code rootFile} among them
     * @param inputs for the {@code spec:inputs} of that file
     */
    public Compiled compile(Situation situation, SourceFiles files, String rootFile, Map<String, String> inputs) {
        Found found = new Found();
        List<Variable> known = predefined(situation);
        Compilation compilation = PipelineCompiler.compile(
                noted(situation, files, rootFile, found),
                rootFile,
                context(situation, known),
                options(situation, inputs, found));
        return new Compiled(compilation, known);
    }

    /** For nothing but to be looked at. */
    public Inspected inspect(Situation situation, SourceFiles files, String rootFile) {
        Found found = new Found();
        Inspection inspection = PipelineCompiler.inspect(
                noted(situation, files, rootFile, found),
                rootFile,
                context(situation, predefined(situation)),
                options(situation, Map.of(), found));
        return new Inspected(inspection, null, found.files(), found::content);
    }

    /** The same with what a pipeline would be. */
    public Inspected dryRun(Situation situation, SourceFiles files, String rootFile) {
        Found found = new Found();
        DryRun run = PipelineCompiler.dryRun(
                noted(situation, files, rootFile, found),
                rootFile,
                context(situation, predefined(situation)),
                options(situation, Map.of(), found));
        return new Inspected(run.inspection(), run.outcome(), found.files(), found::content);
    }

    private List<Variable> predefined(Situation situation) {
        return predefined.beforePipeline(new PredefinedVariables.Origin(
                situation.project(),
                situation.commit(),
                situation.ref(),
                situation.tag(),
                situation.refProtected(),
                situation.before(),
                situation.source(),
                situation.createdAt(),
                situation.user()));
    }

    private PipelineContext context(Situation situation, List<Variable> known) {
        long projectId = situation.project().id();
        return new PipelineContext(
                situation.source(),
                situation.ref(),
                situation.tag(),
                situation.project().defaultBranch(),
                situation.project().fullPath(),
                known,
                database.read(sql -> settings.of(sql, projectId, situation.refProtected())),
                situation.given(),
                repositories.changedFiles(
                        projectId, situation.before(), situation.commit().sha()));
    }

    private CompileOptions options(Situation situation, Map<String, String> inputs, Found found) {
        return new CompileOptions(includes.begin(situation.user(), found), false, CAPABILITIES, inputs);
    }

    private static SourceFiles noted(Situation situation, SourceFiles files, String rootFile, Found found) {
        String project = situation.project().fullPath();
        String sha = situation.commit().sha();
        return new RecordedFiles(files, (path, content) -> {
            if (!path.equals(rootFile)) {
                found.add(new IncludedFile("local", path, project, sha), path, content);
            }
        });
    }
}
