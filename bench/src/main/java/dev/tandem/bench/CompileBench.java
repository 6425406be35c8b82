package dev.tandem.bench;

import dev.tandem.bench.Figures.Better;
import dev.tandem.pipeline.Compilation;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.rule.ChangedFiles;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.syntax.SourceFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles a configuration of 1,000 jobs with extends, rules and needs, in a warm JVM. */
final class CompileBench {
    private static final int JOBS = 1000;
    private static final int WARM_UP = 60;
    private static final int SAMPLES = 30;

    private CompileBench() {}

    static void run(Figures figures) {
        byte[] configuration = configuration(JOBS).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < WARM_UP; i++) {
            compile(configuration);
        }
        double[] millis = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long started = System.nanoTime();
            compile(configuration);
            millis[i] = (System.nanoTime() - started) / 1e6;
        }
        figures.add("compile a pipeline of 1,000 jobs (warm)", "ms", Better.LOWER, 50, millis);
    }

    private static void compile(byte[] configuration) {
        Compilation compilation = PipelineCompiler.compile(new OneFile(configuration), ".gitlab-ci.yml", context());
        if (!compilation.diagnostics().isEmpty()) {
            throw new IllegalStateException("the benchmark's own configuration is wrong: " + compilation.diagnostics());
        }
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
        for (int i = 0; i < jobs / 2; i++) {
            yaml.append("build-%d:\n  extends: .base\n  stage: build\n  script: [make part-%d]\n".formatted(i, i));
            yaml.append("  artifacts: {paths: [out/%d]}\n".formatted(i));
            yaml.append("test-%d:\n  extends: .base\n  stage: test\n  needs: [build-%d]\n  script: [make check-%d]\n"
                    .formatted(i, i, i));
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
