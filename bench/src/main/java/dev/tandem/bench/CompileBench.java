package dev.tandem.bench;

import dev.tandem.bench.Figures.Better;
import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs {@link CompileBenchmark} under JMH, in a JVM of its own. */
final class CompileBench {
    /** Only the figure of the budget has one. */
    private static final int BUDGETED = 1000;

    private static final double BUDGET_MILLIS = 50;

    private CompileBench() {}

    static void run(Figures figures) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(CompileBenchmark.class.getName())
                        .forks(1)
                        .warmupIterations(4)
                        .warmupTime(TimeValue.seconds(2))
                        .measurementIterations(8)
                        .measurementTime(TimeValue.seconds(2))
                        .jvmArgs("-XX:+UseSerialGC", "-Xmx512m")
                        .build())
                .run();
        results.forEach(result -> add(figures, result));
    }

    private static void add(Figures figures, RunResult result) {
        int jobs = Integer.parseInt(result.getParams().getParam("jobs"));
        double[] millis = result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
                .toArray();
        // More jobs may take as many times longer, and no more: the cost grows with the jobs.
        double budget = BUDGET_MILLIS * Math.max(1, jobs / (double) BUDGETED);
        String name = "compile a pipeline of %,d jobs (warm)".formatted(jobs);
        figures.add(name, "ms", Better.LOWER, budget, millis);
    }
}
