package dev.tandem.pipeline.plan;

import org.jspecify.annotations.Nullable;

/**
 * A folder of a job that becomes a web site.
 *
 * @param publish the folder, below the job's working copy
 * @param pathPrefix below which part of the project's site; empty: its root
 * @param expireIn known to be a duration or {@code never}; null: the server's default
 */
public record Pages(
        String publish, String pathPrefix, @Nullable String expireIn) {}
