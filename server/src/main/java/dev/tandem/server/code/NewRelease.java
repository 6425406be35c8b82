package dev.tandem.server.code;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to release.
 *
 * @param name null: the tag's
 * @param ref what a missing tag is to lead to; null: the tag must be there
 * @param tagMessage of a tag that is missing; blank: a light tag
 * @param releasedAt null: now
 */
public record NewRelease(
        String tagName,
        @Nullable String name,
        String description,
        @Nullable String ref,
        String tagMessage,
        @Nullable Instant releasedAt,
        List<ReleaseLink> links) {
    static final int LONGEST_NAME = 255;
    static final int LONGEST_DESCRIPTION = 1_000_000;
    static final int MOST_LINKS = 100;
    private static final int LONGEST_TAG = 500;

    public NewRelease {
        links = List.copyOf(links);
    }

    /** Why it cannot be stored; empty when it can. */
    Optional<String> problem() {
        if (tagName.isBlank() || tagName.length() > LONGEST_TAG) {
            return Optional.of("the tag has 1 to " + LONGEST_TAG + " characters");
        }
        return textProblem(name, description).or(() -> linkProblem(links));
    }

    static Optional<String> textProblem(@Nullable String name, String description) {
        if (name != null && name.length() > LONGEST_NAME) {
            return Optional.of("the name is longer than " + LONGEST_NAME + " characters");
        }
        return description.length() > LONGEST_DESCRIPTION
                ? Optional.of("the description is longer than " + LONGEST_DESCRIPTION + " characters")
                : Optional.empty();
    }

    static Optional<String> linkProblem(List<ReleaseLink> links) {
        if (links.size() > MOST_LINKS) {
            return Optional.of("a release has at most " + MOST_LINKS + " links");
        }
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (ReleaseLink link : links) {
            Optional<String> problem = link.problem();
            if (problem.isPresent()) {
                return problem;
            }
            if (!names.add(link.name()) || (link.filepath() != null && !paths.add(link.filepath()))) {
                return Optional.of("two links have the name or path of '" + link.name() + "'");
            }
        }
        return Optional.empty();
    }
}
