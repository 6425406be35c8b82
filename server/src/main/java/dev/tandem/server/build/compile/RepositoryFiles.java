package dev.tandem.server.build.compile;

import dev.tandem.pipeline.syntax.SourceFiles;
import dev.tandem.server.code.FileTooLargeException;
import dev.tandem.server.code.Repositories;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of one commit, for the compiler. */
record RepositoryFiles(Repositories repositories, long projectId, String sha) implements SourceFiles {
    @Override
    public byte @Nullable [] read(String path, int limitBytes) {
        try {
            return repositories.file(projectId, sha, path, limitBytes).orElse(null);
        } catch (FileTooLargeException e) {
            // Its content does not matter, only that it is over the limit.
            return new byte[limitBytes + 1];
        }
    }

    @Override
    public List<String> paths() {
        return repositories.files(projectId, sha);
    }
}
