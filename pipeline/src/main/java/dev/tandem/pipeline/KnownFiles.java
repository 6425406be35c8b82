package dev.tandem.pipeline;

import dev.tandem.pipeline.syntax.SourceFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks for the list of files once. */
final class KnownFiles implements SourceFiles {
    private final SourceFiles files;
    private @Nullable List<String> paths;

    KnownFiles(SourceFiles files) {
        this.files = files;
    }

    @Override
    public byte @Nullable [] read(String path, int limitBytes) {
        return files.read(path, limitBytes);
    }

    @Override
    public List<String> paths() {
        if (paths == null) {
            paths = List.copyOf(files.paths());
        }
        return paths;
    }
}
