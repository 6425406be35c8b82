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

/** Compiles configurations of 10 to 5,000 jobs with extends, rules, needs and matrices, in a warm JVM. */
final class CompileBench {
    private static final int[] JOBS = {10, 100, 1000, 5000};
    /** Only the figure of the budget has one. */
    private static final int BUDGETED = 1000;

    private static final double BUDGET_MILLIS = 50;
    private static final int WARM_UP = 60;
    private static final int SAMPLES = 30;

    private CompileBench() {}

    static void run(Figures figures) {
        for (int jobs : JOBS) {
            run(figures, jobs);
        }
    }

    private static void run(Figures figures, int jobs) {
        byte[] configuration = configuration(jobs).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < WARM_UP; i++) {
            compile(configuration);
        }
        double[] millis = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long started = System.nanoTime();
            compile(configuration);
            millis[i] = (System.nanoTime() - started) / 1e6;
        }
        // More jobs may take as many times longer, and no more: the cost grows with the jobs.
        double budget = BUDGET_MILLIS * Math.max(1, jobs / (double) BUDGETED);
        String name = "compile a pipeline of %,d jobs (warm)".formatted(jobs);
        figures.add(name, "ms", Better.LOWER, budget, millis);
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
