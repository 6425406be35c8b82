package dev.tandem.server.code.storage;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps JGit from reading (and writing) the git configuration of the account that the server runs under: how we store
 * repositories must not depend on somebody's {@code ~/.gitconfig}. In its place stands what holds for all our repositories, also for those made
 * before: a commit graph knows which paths each commit changed. JGit asks for the writing of that in the system's configuration, for the reading
 * in its own.
 */
final class QuietSystemReader extends SystemReader.Delegate {
    QuietSystemReader(SystemReader real) {
        super(real);
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        FileBasedConfig ours = new Nothing(parent, fs);
        ours.setBoolean(ConfigConstants.CONFIG_GC_SECTION, null, ConfigConstants.CONFIG_KEY_WRITE_CHANGED_PATHS, true);
        return ours;
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        FileBasedConfig ours = new Nothing(parent, fs);
        ours.setBoolean(
                ConfigConstants.CONFIG_COMMIT_GRAPH_SECTION, null, ConfigConstants.CONFIG_KEY_READ_CHANGED_PATHS, true);
        return ours;
    }

    private static final class Nothing extends FileBasedConfig {
        Nothing(@Nullable Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {
            // Nothing to read.
        }

        @Override
        public void save() {
            // What JGit measured about the file system lives as long as this process.
        }

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
