package dev.tandem.server.build.web;

import dev.tandem.pipeline.state.CompositeStatus;
import dev.tandem.pipeline.state.JobStatus;
import dev.tandem.pipeline.state.PipelineEngine;
import dev.tandem.server.build.store.JobRecord;
import dev.tandem.server.build.store.PipelineRecord;
import dev.tandem.server.build.web.Family.Related;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The jobs of a pipeline as its page draws them: by stage, parallel ones as one that unfolds. Pure. */
public final class PipelineGraph {
    /** {@code name 2/5} and {@code name: [linux, 17]}. */
    private static final Pattern INSTANCE = Pattern.compile("(.+?)(?: \\d+/\\d+|: \\[.*])", Pattern.DOTALL);

    private PipelineGraph() {}

    /** A column. */
    public record Stage(String name, List<Cell> cells) {}

    /** What stands in a column. */
    public sealed interface Cell {
        /** It decided how long the pipeline takes. */
        boolean critical();
    }

    /**
     * A job.
     *
     * @param needs numbers of jobs separated by spaces; null when it waits for whole stages
     * @param critical it decided how long the pipeline takes
     * @param started the pipeline that it started
     */
    public record Node(
            JobRecord job,
            String state,
            @Nullable String needs,
            boolean critical,
            @Nullable Started started) implements Cell {}

    /**
     * Jobs of one {@code parallel}.
     *
     * @param needs of all of them
     */
    public record Group(String name, String state, @Nullable String needs, List<Node> nodes) implements Cell {
        @Override
        public boolean critical() {
            return nodes.stream().anyMatch(Node::critical);
        }

        /** How many are over. */
        public long done() {
            return nodes.stream()
                    .filter(node -> node.job().status().isTerminal())
                    .count();
        }
    }

    /** A downstream pipeline; without stages it is only linked. */
    public record Started(Related pipeline, List<Stage> stages) {}

    static List<Stage> of(
            PipelineRecord pipeline,
            List<JobRecord> jobs,
            Set<String> critical,
            Function<JobRecord, Optional<Started>> started) {
        Map<String, Long> ids = new HashMap<>();
        jobs.forEach(job -> ids.put(job.name(), job.id()));
        List<Stage> stages = new ArrayList<>();
        for (String name : pipeline.stages()) {
            Map<String, List<Node>> groups = new LinkedHashMap<>();
            jobs.stream()
                    .filter(job -> job.stage().equals(name))
                    .forEach(job -> groups.computeIfAbsent(group(job.name()), key -> new ArrayList<>())
                            .add(new Node(
                                    job,
                                    PipelinePages.state(job),
                                    needs(job, ids),
                                    critical.contains(job.name()),
                                    started.apply(job).orElse(null))));
            stages.add(new Stage(
                    name,
                    groups.entrySet().stream()
                            .map(each -> cell(each.getKey(), each.getValue()))
                            .toList()));
        }
        return stages;
    }

    private static Cell cell(String name, List<Node> nodes) {
        if (nodes.size() == 1) {
            return nodes.getFirst();
        }
        CompositeStatus status = PipelineEngine.status(
                nodes.stream().map(node -> node.job().state()).toList());
        List<String> needs = nodes.stream()
                .map(Node::needs)
                .filter(Objects::nonNull)
                .flatMap(each -> Pattern.compile(" ").splitAsStream(each))
                .distinct()
                .toList();
        boolean warning = status.warnings() && status.status() == JobStatus.SUCCESS;
        return new Group(
                name,
                warning ? "warning" : status.status().wire(),
                needs.isEmpty() ? null : String.join(" ", needs),
                List.copyOf(nodes));
    }

    private static String group(String name) {
        Matcher instance = INSTANCE.matcher(name);
        return instance.matches() ? instance.group(1) : name;
    }

    private static @Nullable String needs(JobRecord job, Map<String, Long> ids) {
        List<String> needs = job.needs();
        return needs == null
                ? null
                : String.join(
                        " ",
                        needs.stream()
                                .map(ids::get)
                                .filter(Objects::nonNull)
                                .map(String::valueOf)
                                .toList());
    }
}
