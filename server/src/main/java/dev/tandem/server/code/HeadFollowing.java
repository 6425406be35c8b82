package dev.tandem.server.code;

import dev.tandem.server.code.storage.RepositoryFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.eclipse.jgit.lib.Repository;

/**
 * Data of the durable task that makes HEAD follow the default branch: the project's row decides, and a crash between the two
 * is mended by the task.
 */
record HeadFollowing(long projectId) {
    void follow(RepositoryFolders folders, Project project) {
        try (Repository repository = folders.open(project.id(), project.defaultBranch())) {
            folders.setDefaultBranch(repository, project.defaultBranch());
        } catch (IOException e) {
            throw new UncheckedIOException("HEAD of " + project.fullPath(), e);
        }
    }
}
