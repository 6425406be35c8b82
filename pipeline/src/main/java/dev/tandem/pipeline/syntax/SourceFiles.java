package dev.tandem.pipeline.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of the repository at the pipeline's commit. Called from the compiling thread only; may answer lazily. */
public interface SourceFiles {
    /**
     * The content of a regular file, or null when there is none.
     *
     * @param path relative to the repository's root, without a leading slash
     * @param limitBytes an implementation may cut longer files off, but not before {@code limitBytes + 1} bytes
     */
    byte @Nullable [] read(String path, int limitBytes);

    /** Every file path at the commit, for wildcards and {@code rules:exists}; asked for at most once per compilation. */
    List<String> paths();
}
