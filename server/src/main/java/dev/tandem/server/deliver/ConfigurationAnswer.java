package dev.tandem.server.deliver;

import org.jspecify.annotations.Nullable;

/** What comes of asking for a change of configuration. */
public sealed interface ConfigurationAnswer {

    /**
     * There is a new version.
     *
     * @param rollout brings it to what serves; null when nothing serves, or nobody wants it yet
     */
    record Changed(
            Configuration configuration,
            Configuration.Difference difference,
            @Nullable StoredRollout rollout) implements ConfigurationAnswer {}

    /** All of it is so already. */
    record Unchanged(Configuration configuration) implements ConfigurationAnswer {}

    /** Nothing changed. {@code reason}: one or two sentences, what is wrong and how to mend it. */
    record Refused(RolloutAnswer.Why why, String reason) implements ConfigurationAnswer {}
}
