package dev.tandem.bench;

import dev.tandem.bench.simulation.JudgeTable;
import java.util.List;
import java.util.Set;

/** The program behind {@code bench/run}. */
public final class Bench {
    private static final List<String> ALL = List.of("compile", "demo", "forge", "git", "jobs", "proxy", "judge");

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        Set<String> wanted = Set.copyOf(arguments.length == 0 ? ALL : List.of(arguments));
        Figures figures = new Figures();
        if (wanted.contains("compile")) {
            CompileBench.run(figures);
        }
        if (wanted.contains("demo")) {
            DemoBench.run(figures);
        }
        if (wanted.contains("forge")) {
            ForgeBench.run(figures);
        }
        if (wanted.contains("git")) {
            GitBench.run(figures);
        }
        if (wanted.contains("jobs")) {
            JobsBench.run(figures);
        }
        if (wanted.contains("proxy")) {
            ProxyBench.run(figures);
        }
        figures.print();
        if (wanted.contains("judge")) {
            JudgeTable.print(Integer.getInteger("tandem.rollouts", 300));
        }
    }
}
