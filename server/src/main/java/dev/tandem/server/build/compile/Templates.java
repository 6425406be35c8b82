package dev.tandem.server.build.compile;

import dev.tandem.pipeline.syntax.IncludeSources.Absent;
import dev.tandem.pipeline.syntax.IncludeSources.Answer;
import dev.tandem.pipeline.syntax.IncludeSources.Content;
import dev.tandem.pipeline.syntax.IncludeSources.Unreachable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The files of {@code include:template}: a folder that an administrator fills. */
final class Templates {
    private final String folder;

    /** @param folder empty when there is none */
    Templates(String folder) {
        this.folder = folder;
    }

    /** A file below the folder; links that lead out of it do not exist. */
    Answer get(String name, int limitBytes) {
        if (folder.isEmpty()) {
            return new Absent("does not exist: this server has no folder of templates (setting ci-templates)");
        }
        try {
            Path root = Path.of(folder).toRealPath();
            Path file = root.resolve(name);
            if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(root)) {
                return new Absent("does not exist in this server's folder of templates");
            }
            try (InputStream content = Files.newInputStream(file)) {
                return new Content(content.readNBytes(limitBytes + 1));
            }
        } catch (IOException | InvalidPathException e) {
            return new Unreachable("cannot be read from this server's folder of templates");
        }
    }
}
