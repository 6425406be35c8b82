package dev.tandem.runner;

import dev.tandem.pipeline.plan.PlannedJob;
import dev.tandem.pipeline.rule.Variable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job to be run on this machine for whoever asks, without a coordinator.
 *
 * @param id unique among the jobs of one {@link LocalRunner}
 * @param variables all of them, resolved
 * @param sources what is checked out; null: the working copy is empty
 * @param artifactsOf earlier jobs whose artifacts it is given, in this order
 */
public record LocalJob(
        long id,
        PlannedJob plan,
        List<Variable> variables,
        @Nullable Sources sources,
        List<Earlier> artifactsOf,
        Duration timeout,
        Watcher watcher) {
    public LocalJob {
        variables = List.copyOf(variables);
        artifactsOf = List.copyOf(artifactsOf);
    }

    /**
     * A commit of a repository on this machine.
     *
     * @param repository its {@code file:} address
     * @param ref shown in the log
     * @param refspecs what is fetched; the commit must be among it
     * @param depth how many commits; 0: all
     */
    public record Sources(URI repository, String ref, String sha, List<String> refspecs, int depth) {
        public Sources {
            refspecs = List.copyOf(refspecs);
        }
    }

    /** A job that was run before. */
    public record Earlier(long id, String name) {}

    /** Sees the log grow; called by one thread at a time. */
    public interface Watcher {
        void output(byte[] bytes);
    }
}
