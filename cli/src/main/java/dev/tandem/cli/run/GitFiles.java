package dev.tandem.cli.run;

import dev.tandem.pipeline.syntax.SourceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The regular files of a commit. */
final class GitFiles implements SourceFiles {
    private static final String REGULAR = "100";

    private final Git git;
    private final Map<String, String> blobs = new LinkedHashMap<>();

    GitFiles(Git git, String commit) throws IOException {
        this.git = git;
        // Each entry: mode, type, id, a tab, the path.
        for (String entry :
                git.must("ls-tree", "-r", "-z", "--full-tree", commit).split("\0", -1)) {
            int tab = entry.indexOf('\t');
            if (tab > 0 && entry.startsWith(REGULAR)) {
                blobs.put(entry.substring(tab + 1), entry.substring(0, tab).split(" ", -1)[2]);
            }
        }
    }

    @Override
    public byte @Nullable [] read(String path, int limitBytes) {
        String blob = blobs.get(path);
        try {
            return blob == null ? null : git.bytes("cat-file", "blob", blob);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> paths() {
        return List.copyOf(blobs.keySet());
    }
}
