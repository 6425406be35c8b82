package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.plan.Instances.Instance;
import dev.tandem.pipeline.plan.JobConfig.NeedConfig;
import dev.tandem.pipeline.rule.Variable;
import dev.tandem.pipeline.state.When;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job that its rules let in, with what they changed. */
record Seed(
        Instance instance,
        When when,
        @Nullable Duration startIn,
        AllowFailure allowFailure,
        boolean interruptible,
        @Nullable List<NeedConfig> needs,
        List<Variable> predefined,
        List<List<Variable>> yaml,
        @Nullable JobEnvironment environment,
        Scope scope) {

    JobConfig job() {
        return instance.job();
    }
}
