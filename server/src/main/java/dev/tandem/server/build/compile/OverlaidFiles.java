package dev.tandem.server.build.compile;

import dev.tandem.pipeline.syntax.SourceFiles;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of a commit with some that are not in it, which win. */
public record OverlaidFiles(SourceFiles files, Map<String, byte[]> over) implements SourceFiles {
    public OverlaidFiles {
        over = Map.copyOf(over);
    }

    @Override
    public byte @Nullable [] read(String path, int limitBytes) {
        byte[] content = over.get(path);
        return content == null ? files.read(path, limitBytes) : content;
    }

    @Override
    public List<String> paths() {
        return files.paths();
    }
}
