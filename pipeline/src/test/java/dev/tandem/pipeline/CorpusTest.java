package dev.tandem.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.rule.ChangedFiles;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.pipeline.syntax.DiagnosticCode;
import dev.tandem.pipeline.syntax.IncludeSources;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Real configurations of public projects: none may throw, and those that need nothing from elsewhere must compile. */
class CorpusTest {
    private static final Path CORPUS = Path.of(System.getProperty("tandem.root", "."), "..", "shared", "corpus")
            .normalize();
    private static final Path COMPATIBILITY =
            Path.of(System.getProperty("tandem.root", ".."), "docs", "pipeline", "compatibility.md");

    @Test
    void realConfigurationsCompileUnlessTheyNeedFilesFromElsewhere() throws IOException {
        assumeTrue(Files.isDirectory(CORPUS), "the corpus is not on this machine: " + CORPUS);
        List<String> report = new ArrayList<>();
        int compiled = 0;
        int needFiles = 0;
        int accepted = 0;
        CompileOptions tolerant =
                new CompileOptions(IncludeSources.none(), true, Set.of(Capability.DOWNSTREAM_PIPELINES), Map.of());
        List<Path> projects = projects();
        for (Path project : projects) {
            Compilation compilation = PipelineCompiler.compile(new Folder(project), ".gitlab-ci.yml", push());
            if (compilation.outcome() instanceof Outcome.Invalid) {
                compilation.diagnostics().stream()
                        .filter(Diagnostic::isError)
                        .forEach(each -> report.add(project.getFileName() + " " + each));
                boolean elsewhere = compilation.diagnostics().stream()
                        .anyMatch(each -> each.isError() && each.code() == DiagnosticCode.INCLUDE_UNAVAILABLE);
                needFiles += elsewhere ? 1 : 0;
                accepted += elsewhere && isAccepted(project, tolerant) ? 1 : 0;
            } else {
                compiled++;
            }
        }
        String table = table(projects.size(), compiled, needFiles, accepted);
        System.out.println(table);
        report.forEach(System.out::println);
        assertThat(Files.readString(COMPATIBILITY))
                .as("the table in the documentation")
                .contains(table);
        assertThat(report).as("no error but those that Tandem cannot mend").allMatch(CorpusTest::isKnown);
    }

    private static boolean isAccepted(Path project, CompileOptions options) {
        return !(PipelineCompiler.compile(new Folder(project), ".gitlab-ci.yml", push(), options)
                        .outcome()
                instanceof Outcome.Invalid);
    }

    private static String table(int all, int compiled, int needFiles, int accepted) {
        return """
                | real configurations, a push to `main` | %d |
                | --- | --- |
                | compile without an error | %d |
                | include files that are not in the repository | %d |
                | of these, without an error under `--missing-includes=warn` | %d |
                | faulty themselves | %d |
                """.formatted(all, compiled, needFiles, accepted, all - compiled - needFiles);
    }

    /** With forgiven includes only the files' own faults are left. */
    @Test
    void missingIncludesCanBeForgiven() throws IOException {
        assumeTrue(Files.isDirectory(CORPUS), "the corpus is not on this machine: " + CORPUS);
        CompileOptions tolerant =
                new CompileOptions(IncludeSources.none(), true, Set.of(Capability.DOWNSTREAM_PIPELINES), Map.of());
        List<String> errors = new ArrayList<>();
        for (Path project : projects()) {
            PipelineCompiler.check(new Folder(project), ".gitlab-ci.yml", push(), tolerant).stream()
                    .filter(Diagnostic::isError)
                    .forEach(each -> errors.add(project.getFileName() + " " + each));
        }
        assertThat(errors)
                .as("no error but the faults of the files themselves")
                .allMatch(line -> isKnown(line) && !line.contains("include-"));
    }

    /**
     * Files from elsewhere cannot be resolved yet; the other lines are faults of the files themselves: a stage that is not declared, a
     * template without jobs, a script line that is a mapping, a workflow of another product, a report type that GitLab removed.
     */
    private static boolean isKnown(String line) {
        return line.contains("error[include-unavailable]")
                || line.startsWith("acts-project__acts@a281ad410a .gitlab-ci.yml:37:10: error[stage-unknown]")
                || line.startsWith("deckhouse__modules-gitlab-ci--templates-Build .gitlab-ci.yml:9:1: error[no-jobs]")
                || line.startsWith("keephq__keep .gitlab-ci.yml:42:7: error[wrong-type]")
                || line.startsWith("klantle__watchdogs ")
                || line.startsWith("videolan__dav1d@d0e50cacea .gitlab-ci.yml:409:13: error[unknown-key]: 'cobertura'");
    }

    private static List<Path> projects() throws IOException {
        try (Stream<Path> folders = Files.list(CORPUS)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static PipelineContext push() {
        List<Variable> predefined = List.of(
                Variable.of("CI_PIPELINE_SOURCE", "push"),
                Variable.of("CI_COMMIT_BRANCH", "main"),
                Variable.of("CI_COMMIT_REF_NAME", "main"),
                Variable.of("CI_DEFAULT_BRANCH", "main"));
        return new PipelineContext(
                "push",
                "main",
                false,
                "main",
                "group/project",
                predefined,
                List.of(),
                List.of(),
                ChangedFiles.unknown());
    }

    private record Folder(Path root) implements SourceFiles {
        @Override
        public byte @Nullable [] read(String path, int limitBytes) {
            Path file = root.resolve(path);
            try {
                return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        @Override
        public List<String> paths() {
            try (Stream<Path> files = Files.walk(root)) {
                return files.filter(Files::isRegularFile)
                        .map(file -> root.relativize(file).toString())
                        .toList();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
