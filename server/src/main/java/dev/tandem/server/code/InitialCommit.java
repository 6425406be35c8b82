package dev.tandem.server.code;

import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.identity.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.springframework.stereotype.Component;

/** Writes the first commit of a project that shall begin with a README; it goes the way of any other push. */
@Component
public final class InitialCommit {
    private final RepositoryFolders folders;
    private final Pushes pushes;
    private final Clock clock;

    InitialCommit(RepositoryFolders folders, Pushes pushes, Clock clock) {
        this.folders = folders;
        this.pushes = pushes;
        this.clock = clock;
    }

    /** @throws IllegalStateException when somebody pushed the branch in the meantime */
    public void write(Project project, User author) {
        try (Repository repository = folders.open(project.id(), project.defaultBranch())) {
            ObjectId commit = commit(repository, project, author);
            String ref = Constants.R_HEADS + project.defaultBranch();
            RefChange change = new RefChange(ref, RefUpdated.ZERO, commit.name(), RefChange.Kind.CREATE);
            Pushes.Request request = new Pushes.Request(project, author.id().value(), List.of(change), List.of());
            pushes.execute(request, repository, () -> create(repository, ref, commit));
        } catch (IOException e) {
            throw new UncheckedIOException("writing the first commit of " + project.fullPath(), e);
        }
    }

    private ObjectId commit(Repository repository, Project project, User author) throws IOException {
        String description = project.description().isBlank() ? "" : "\n" + project.description() + "\n";
        String readme = "# " + project.name() + "\n" + description;
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            TreeFormatter tree = new TreeFormatter();
            ObjectId blob = inserter.insert(Constants.OBJ_BLOB, readme.getBytes(StandardCharsets.UTF_8));
            tree.append("README.md", FileMode.REGULAR_FILE, blob);
            PersonIdent ident = new PersonIdent(author.name(), author.email(), clock.instant(), ZoneOffset.UTC);
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(inserter.insert(tree));
            commit.setAuthor(ident);
            commit.setCommitter(ident);
            commit.setMessage("Initial commit\n");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    private static Set<String> create(Repository repository, String ref, ObjectId commit) {
        try {
            RefUpdate update = repository.updateRef(ref);
            update.setExpectedOldObjectId(ObjectId.zeroId());
            update.setNewObjectId(commit);
            RefUpdate.Result result = update.update();
            if (result != RefUpdate.Result.NEW) {
                throw new IllegalStateException(ref + " was not created: " + result);
            }
            return Set.of(ref);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
