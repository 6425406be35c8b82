package dev.tandem.pipeline.rule;

import java.util.List;
import java.util.Optional;

/** What changed, asked for only when a rule with {@code changes} is evaluated. */
public interface ChangedFiles {
    /**
     * The changed paths of this push or merge request; empty when there is no difference to speak of (new branch, tag, schedule,
     * manual run), in which case {@code changes} rules match.
     */
    Optional<List<String>> ofPipeline();

    /** The paths that differ from {@code ref} (branch, tag or commit); empty when there is no such ref, which is an error. */
    Optional<List<String>> comparedTo(String ref);

    /** Nobody knows what changed, compared to anything: every {@code changes} rule matches, whatever it compares to. */
    default boolean isUnknown() {
        return false;
    }

    /** No difference exists: every {@code changes} rule matches. */
    static ChangedFiles unknown() {
        return new ChangedFiles() {
            @Override
            public boolean isUnknown() {
                return true;
            }

            @Override
            public Optional<List<String>> ofPipeline() {
                return Optional.empty();
            }

            @Override
            public Optional<List<String>> comparedTo(String ref) {
                return Optional.empty();
            }
        };
    }
}
