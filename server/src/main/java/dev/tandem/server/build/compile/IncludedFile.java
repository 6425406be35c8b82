package dev.tandem.server.build.compile;

import org.jspecify.annotations.Nullable;

/**
 * A file that a configuration included.
 *
 * @param type GitLab's word: local, file (of another project), remote, template or component
 * @param location path, address or name
 * @param project full path of the project it came from; null when it came from none
 * @param sha the commit there
 */
public record IncludedFile(
        String type,
        String location,
        @Nullable String project,
        @Nullable String sha) {}
