package dev.tandem.bench;

import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.rule.ChangedFiles;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Compiles a configuration with extends, rules, needs and matrices. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class CompileBenchmark {
    @Param({"10", "100", "1000", "5000"})
    public int jobs;

    private byte[] configuration = {};

    @Setup
    public void write() {
        configuration = configuration(jobs).getBytes(StandardCharsets.UTF_8);
        Compilation compilation = compile();
        if (!compilation.diagnostics().isEmpty()) {
            throw new IllegalStateException("the benchmark's own configuration is wrong: " + compilation.diagnostics());
        }
    }

    @Benchmark
    public Compilation compile() {
        return PipelineCompiler.compile(new OneFile(configuration), ".gitlab-ci.yml", context());
    }

    private static PipelineContext context() {
        return new PipelineContext(
                "push",
                "main",
                false,
                "main",
                "root/bench",
                List.of(Variable.of("CI_COMMIT_BRANCH", "main"), Variable.of("CI_DEFAULT_BRANCH", "main")),
                List.of(),
                List.of(),
                ChangedFiles.unknown());
    }

    private static String configuration(int jobs) {
        StringBuilder yaml = new StringBuilder("""
                stages: [build, test]
                variables: {MODE: fast}
                .base:
                  before_script: [echo before]
                  rules:
                    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
                """);
        // Of ten jobs four build, four test what one of those built, and two come from a matrix.
        for (int i = 0; i < jobs / 10 * 4; i++) {
            yaml.append("build-%d:\n  extends: .base\n  stage: build\n  script: [make part-%d]\n".formatted(i, i));
            yaml.append("  artifacts: {paths: [out/%d]}\n".formatted(i));
            yaml.append("test-%d:\n  extends: .base\n  stage: test\n  needs: [build-%d]\n  script: [make check-%d]\n"
                    .formatted(i, i, i));
        }
        for (int i = 0; i < jobs / 10; i++) {
            yaml.append("all-%d:\n  extends: .base\n  stage: test\n  needs: [build-%d]\n  script: [make all]\n"
                    .formatted(i, i));
            yaml.append("  parallel: {matrix: [{OS: [linux, mac]}]}\n");
        }
        return yaml.toString();
    }

    private record OneFile(byte[] content) implements SourceFiles {
        @Override
        public byte @Nullable [] read(String path, int limitBytes) {
            return path.equals(".gitlab-ci.yml") ? content : null;
        }

        @Override
        public List<String> paths() {
            return List.of(".gitlab-ci.yml");
        }
    }
}
