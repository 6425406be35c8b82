package dev.tandem.server.code;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;

/**
 * Refs that were fetched and that nobody sees yet, so that branches and tags of an import come all at once, and a process that
 * died in between is gone on from where it was. Under {@link HiddenRefs hidden} names.
 */
public final class StagedRefs {
    /** Branches go to {@code heads/*} below it, tags to {@code tags/*}. */
    public static final String PREFIX = "refs/tandem/import/";

    /** Stands when all are fetched; names the branch that is to be the default. */
    private static final String COMPLETE = PREFIX + "HEAD";

    private StagedRefs() {}

    static boolean isComplete(Repository repository) throws IOException {
        return repository.getRefDatabase().exactRef(COMPLETE) != null;
    }

    /** All that there is has been fetched, and is durable. */
    static void complete(Repository repository, String defaultBranch) throws IOException {
        require(repository.updateRef(COMPLETE, true).link(Constants.R_HEADS + defaultBranch), COMPLETE);
    }

    /** The branch that {@link #complete} was told. */
    static Optional<String> head(Repository repository) throws IOException {
        return Optional.ofNullable(repository.getRefDatabase().exactRef(COMPLETE))
                .map(ref -> Repository.shortenRefName(ref.getTarget().getName()));
    }

    /** Shows all of them, or none when this fails; what somebody has pushed there meanwhile stays. Safe to repeat. */
    static void publish(Repository repository) throws IOException {
        BatchRefUpdate batch = repository.getRefDatabase().newBatchUpdate();
        batch.setAtomic(true);
        for (Ref staged : staged(repository)) {
            String name = Constants.R_REFS + staged.getName().substring(PREFIX.length());
            if (repository.getRefDatabase().exactRef(name) == null) {
                batch.addCommand(new ReceiveCommand(ObjectId.zeroId(), staged.getObjectId(), name));
            }
        }
        execute(repository, batch);
    }

    /** Forgets them. Safe to repeat. */
    static void clear(Repository repository) throws IOException {
        if (isComplete(repository)) {
            RefUpdate mark = repository.updateRef(COMPLETE, true);
            mark.setForceUpdate(true);
            require(mark.delete(), COMPLETE);
        }
        BatchRefUpdate batch = repository.getRefDatabase().newBatchUpdate();
        batch.setAllowNonFastForwards(true);
        for (Ref staged : staged(repository)) {
            batch.addCommand(new ReceiveCommand(staged.getObjectId(), ObjectId.zeroId(), staged.getName()));
        }
        execute(repository, batch);
    }

    private static void execute(Repository repository, BatchRefUpdate batch) throws IOException {
        try (RevWalk walk = new RevWalk(repository)) {
            batch.execute(walk, NullProgressMonitor.INSTANCE);
        }
        for (ReceiveCommand command : batch.getCommands()) {
            if (command.getResult() != ReceiveCommand.Result.OK) {
                throw new IOException(command.getRefName() + " could not be written: " + command.getResult());
            }
        }
    }

    private static List<Ref> staged(Repository repository) throws IOException {
        return repository.getRefDatabase().getRefsByPrefix(PREFIX).stream()
                .filter(ref -> !ref.getName().equals(COMPLETE))
                .toList();
    }

    private static void require(RefUpdate.Result result, String ref) throws IOException {
        switch (result) {
            case NEW, FORCED, NO_CHANGE, FAST_FORWARD, RENAMED -> {}
            case NOT_ATTEMPTED,
                    LOCK_FAILURE,
                    REJECTED,
                    REJECTED_CURRENT_BRANCH,
                    IO_FAILURE,
                    REJECTED_MISSING_OBJECT,
                    REJECTED_OTHER_REASON -> throw new IOException(ref + " could not be written: " + result);
        }
    }
}
