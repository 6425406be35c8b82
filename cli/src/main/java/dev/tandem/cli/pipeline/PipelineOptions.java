package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.rule.PipelineContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which pipeline a configuration is asked for. */
public final class PipelineOptions {
    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description = "What starts the pipeline: push, merge_request_event, schedule, web, ... Default: push.")
    private String source = "push";

    @Option(names = "--ref", paramLabel = "BRANCH", description = "The branch. Default: what is checked out.")
    private @Nullable String ref;

    @Option(names = "--tag", paramLabel = "TAG", description = "A tag instead of a branch.")
    private @Nullable String tag;

    @Option(
            names = "--default-branch",
            paramLabel = "BRANCH",
            description = "Default: main; for run what origin has, if known.")
    private @Nullable String defaultBranch;

    @Option(names = "--var", paramLabel = "KEY=VALUE", description = "A variable of this pipeline; repeatable.")
    private Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--changed",
            paramLabel = "PATH",
            description = "A changed file; repeatable. Without any, every rule with changes matches.")
    private @Nullable List<String> changed;

    @Option(names = "--inputs", paramLabel = "KEY=VALUE", description = "An input of the file; repeatable.")
    private Map<String, String> inputs = new LinkedHashMap<>();

    /** @param branch the default branch, when none is given */
    public PipelineContext context(Checkout checkout, String branch) {
        String main = defaultBranch == null ? branch : defaultBranch;
        return Situation.of(checkout, source, ref, tag, main, variables, changed);
    }

    /** The branch or tag that was given. */
    public @Nullable String name() {
        return tag == null ? ref : tag;
    }

    public Map<String, String> inputs() {
        return inputs;
    }
}
