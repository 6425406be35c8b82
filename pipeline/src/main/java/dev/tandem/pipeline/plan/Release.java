package dev.tandem.pipeline.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job releases after its script succeeded. All texts are as written: variables are put in when the job runs, since its
 * script may still set them.
 *
 * @param name null: the tag's name
 * @param ref what a missing tag is to point to; null: the commit of the pipeline
 * @param releasedAt ISO 8601; null: when it is made
 */
public record Release(
        String tagName,
        @Nullable String tagMessage,
        String description,
        @Nullable String name,
        @Nullable String ref,
        @Nullable String releasedAt,
        List<Link> links) {
    public Release {
        links = List.copyOf(links);
    }

    /**
     * Something that belongs to the release.
     *
     * @param linkType runbook, package, image or other
     */
    public record Link(String name, String url, @Nullable String filepath, String linkType) {}
}
