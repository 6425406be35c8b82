package dev.tandem.pipeline.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a file comes from, which decides what its own includes mean.
 *
 * @param id names the repository in diagnostics; empty for the pipeline's own
 * @param files of that repository
 * @param open it came from outside any repository: its includes are resolved without variables
 */
record Origin(String id, SourceFiles files, boolean open) {
    private static final SourceFiles NO_FILES = new SourceFiles() {
        @Override
        public byte @Nullable [] read(String path, int limitBytes) {
            return null;
        }

        @Override
        public List<String> paths() {
            return List.of();
        }
    };

    static Origin own(SourceFiles files) {
        return new Origin("", files, false);
    }

    static Origin of(IncludeSources.Repository repository) {
        return new Origin(repository.id(), repository.files(), false);
    }

    /** A single file of the web or of the template collection. */
    static Origin single() {
        return new Origin("", NO_FILES, true);
    }

    String name(String path) {
        return id.isEmpty() ? path : id + ":" + path;
    }
}
