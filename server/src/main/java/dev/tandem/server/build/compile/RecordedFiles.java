package dev.tandem.server.build.compile;

import dev.tandem.pipeline.syntax.SourceFiles;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Tells of each file that was there, with its content. */
record RecordedFiles(SourceFiles files, BiConsumer<String, byte[]> read) implements SourceFiles {
    @Override
    public byte @Nullable [] read(String path, int limitBytes) {
        byte[] content = files.read(path, limitBytes);
        if (content != null) {
            read.accept(path, content);
        }
        return content;
    }

    @Override
    public List<String> paths() {
        return files.paths();
    }
}
