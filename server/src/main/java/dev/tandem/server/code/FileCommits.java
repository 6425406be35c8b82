package dev.tandem.server.code;

import dev.tandem.server.code.lfs.LfsLock;
import dev.tandem.server.code.lfs.LfsLocks;
import dev.tandem.server.identity.Actor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Commits made on the server: changes of files on a branch, all of them or none. They go the way of a push. Blocks on the
 * disk; safe for use by many threads.
 */
@Component
public final class FileCommits {
    /** More acts than this do not fit one commit. */
    public static final int MOST_ACTS = 1000;

    private static final Duration PATIENCE_WITH_LAST_COMMIT = Duration.ofSeconds(20);

    private final Repositories repositories;
    private final RefEdits refs;
    private final History history;
    private final LfsLocks locks;
    private final Clock clock;

    FileCommits(Repositories repositories, RefEdits refs, History history, LfsLocks locks, Clock clock) {
        this.repositories = repositories;
        this.refs = refs;
        this.history = history;
        this.locks = locks;
        this.clock = clock;
    }

    /** One change of one file. */
    public sealed interface Act {
        String path();

        /** A new file. */
        record Create(String path, byte[] content, boolean executable) implements Act {}

        /**
         * New content for a file.
         *
         * @param lastCommit refuses when another commit was the last to change the file; empty: whatever it was
         */
        record Update(String path, byte[] content, Optional<String> lastCommit) implements Act {}

        /** Takes a file away. */
        record Delete(String path, Optional<String> lastCommit) implements Act {}

        /**
         * Another path for a file.
         *
         * @param content new content as well; empty: it stays
         */
        record Move(String from, String path, Optional<byte[]> content) implements Act {}

        /** Whether a file is a program. */
        record Chmod(String path, boolean executable) implements Act {}
    }

    /**
     * What is wished.
     *
     * @param branch where the commit shall be
     * @param start what a new branch begins with: a branch, a tag or a sha; empty: the branch must exist, or the project be empty
     * @param authorName empty: the person's own
     * @param authorEmail empty: the person's own
     */
    public record Wish(
            String branch,
            Optional<String> start,
            String message,
            Optional<String> authorName,
            Optional<String> authorEmail,
            List<Act> acts) {
        public Wish {
            acts = List.copyOf(acts);
        }
    }

    /** What came of it. */
    public sealed interface Outcome {
        /** The commit stands on the branch. */
        record Done(Commit commit) implements Outcome {}

        /** A rule stands against moving the branch. */
        record Refused(PushRefusal refusal) implements Outcome {}

        /** The acts do not fit what is there; English, one sentence. Nothing was changed. */
        record Impossible(String why) implements Outcome {}
    }

    public Outcome commit(Actor.Person actor, Project project, Wish wish) {
        String ref = Constants.R_HEADS + wish.branch();
        if (!Repository.isValidRefName(ref)) {
            return new Outcome.Impossible("The branch name is invalid");
        }
        Optional<String> tip = repositories.resolve(project.id(), ref);
        boolean makes = tip.isEmpty() || wish.start().isPresent();
        if (tip.isPresent()
                && wish.start().filter(start -> !start.equals(wish.branch())).isPresent()) {
            return new Outcome.Impossible("A branch called '" + wish.branch()
                    + "' already exists. Switch to that branch in order to make changes");
        }
        Optional<String> parent =
                tip.or(() -> wish.start().flatMap(start -> repositories.resolve(project.id(), start)));
        if (parent.isEmpty() && (!project.isEmpty() || wish.start().isPresent())) {
            return new Outcome.Impossible("You can only create or edit files when you are on a branch");
        }
        String before = tip.orElse(RefUpdated.ZERO);
        RefChange.Kind kind = makes && tip.isEmpty() ? RefChange.Kind.CREATE : RefChange.Kind.FAST_FORWARD;
        // Asked before anything is written; asked again when the ref moves.
        Optional<PushRefusal> refusal =
                refs.refusal(actor, project, new RefChange(ref, before, parent.orElse(RefUpdated.ZERO), kind));
        return refusal.<Outcome>map(Outcome.Refused::new)
                .or(() -> locked(actor, project, wish))
                .orElseGet(() -> write(actor, project, wish, parent, before));
    }

    /** As for a push: what somebody else works on alone is left as it is. */
    private Optional<Outcome> locked(Actor.Person actor, Project project, Wish wish) {
        Set<String> paths = wish.acts().stream()
                .flatMap(act ->
                        act instanceof Act.Move move ? Stream.of(move.from(), move.path()) : Stream.of(act.path()))
                .collect(Collectors.toSet());
        return locks.ofOthers(project.id(), actor.user().id()).stream()
                .filter(lock -> paths.contains(lock.path()))
                .findFirst()
                .map(LfsLock::refusal)
                .map(Outcome.Impossible::new);
    }

    private Outcome write(Actor.Person actor, Project project, Wish wish, Optional<String> parent, String before) {
        try {
            String sha = repositories
                    .with(project.id(), repository -> Optional.of(insert(repository, actor, project, wish, parent)))
                    .orElseThrow(() -> new IllegalStateException("project " + project.fullPath() + " was deleted"));
            return switch (refs.advance(actor, project, wish.branch(), before, sha)) {
                case RefEdits.Outcome.Done done ->
                    new Outcome.Done(repositories.commit(project.id(), sha).orElseThrow());
                case RefEdits.Outcome.Refused(PushRefusal refusal) -> new Outcome.Refused(refusal);
                case RefEdits.Outcome.NameTaken taken -> new Outcome.Impossible("Another branch's name is in the way");
                case RefEdits.Outcome.BadName bad -> new Outcome.Impossible("The branch name is invalid");
                case RefEdits.Outcome.Missing missing ->
                    new Outcome.Impossible("You can only create or edit files when you are on a branch");
            };
        } catch (ImpossibleAct e) {
            return new Outcome.Impossible(e.why);
        }
    }

    private String insert(
            Repository repository, Actor.Person actor, Project project, Wish wish, Optional<String> parent)
            throws IOException {
        try (RevWalk walk = new RevWalk(repository);
                ObjectInserter inserter = repository.newObjectInserter()) {
            RevCommit base = parent.isEmpty() ? null : walk.parseCommit(ObjectId.fromString(parent.get()));
            DirCache files = files(walk, base);
            for (Act act : wish.acts()) {
                apply(act, files, inserter, project, parent);
            }
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(files.writeTree(inserter));
            if (base != null) {
                commit.setParentId(base);
            }
            commit.setAuthor(ident(
                    wish.authorName().orElse(actor.user().name()),
                    wish.authorEmail().orElse(actor.user().email())));
            commit.setCommitter(ident(actor.user().name(), actor.user().email()));
            commit.setMessage(wish.message());
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id.name();
        }
    }

    private PersonIdent ident(String name, String email) {
        return new PersonIdent(name, email, clock.instant(), ZoneOffset.UTC);
    }

    private static DirCache files(RevWalk walk, @Nullable RevCommit base) throws IOException {
        DirCache files = DirCache.newInCore();
        if (base != null) {
            DirCacheBuilder builder = files.builder();
            builder.addTree(new byte[0], DirCacheEntry.STAGE_0, walk.getObjectReader(), base.getTree());
            builder.finish();
        }
        return files;
    }

    private void apply(Act act, DirCache files, ObjectInserter inserter, Project project, Optional<String> parent)
            throws IOException {
        switch (act) {
            case Act.Create(String path, byte[] content, boolean executable) -> {
                requireFree(files, path);
                put(files, path, inserter.insert(Constants.OBJ_BLOB, content), mode(executable));
            }
            case Act.Update(String path, byte[] content, Optional<String> lastCommit) -> {
                DirCacheEntry entry = requireFile(files, path);
                requireUnchanged(project, parent, path, lastCommit);
                put(files, path, inserter.insert(Constants.OBJ_BLOB, content), entry.getFileMode());
            }
            case Act.Delete(String path, Optional<String> lastCommit) -> {
                requireFile(files, path);
                requireUnchanged(project, parent, path, lastCommit);
                remove(files, path);
            }
            case Act.Move(String from, String path, Optional<byte[]> content) -> {
                DirCacheEntry entry = requireFile(files, from);
                requireFree(files, path);
                ObjectId blob =
                        content.isEmpty() ? entry.getObjectId() : inserter.insert(Constants.OBJ_BLOB, content.get());
                remove(files, from);
                put(files, path, blob, entry.getFileMode());
            }
            case Act.Chmod(String path, boolean executable) -> {
                DirCacheEntry entry = requireFile(files, path);
                put(files, path, entry.getObjectId(), mode(executable));
            }
        }
    }

    private static FileMode mode(boolean executable) {
        return executable ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE;
    }

    private static DirCacheEntry requireFile(DirCache files, String path) {
        DirCacheEntry entry = files.getEntry(path);
        if (entry == null || !Revisions.isFile(entry.getFileMode())) {
            throw new ImpossibleAct("A file with this name doesn't exist");
        }
        return entry;
    }

    /** Neither a file, nor a folder, nor in a file. */
    private static void requireFree(DirCache files, String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        try {
            if (!Revisions.possiblePath(path)) {
                throw new ImpossibleAct("The file path is invalid");
            }
            new ObjectChecker().setSafeForWindows(true).setSafeForMacOS(true).checkPath(name, 0, name.length);
        } catch (CorruptObjectException e) {
            throw new ImpossibleAct("The file path is invalid: " + e.getMessage());
        }
        if (files.getEntry(path) != null || files.getEntriesWithin(path).length > 0) {
            throw new ImpossibleAct("A file with this name already exists");
        }
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (files.getEntry(path.substring(0, slash)) != null) {
                throw new ImpossibleAct("A file stands where the path needs a folder");
            }
        }
    }

    private void requireUnchanged(Project project, Optional<String> parent, String path, Optional<String> lastCommit) {
        if (lastCommit.isEmpty() || parent.isEmpty()) {
            return;
        }
        Optional<Commit> last = history.last(project.id(), parent.get(), path, PATIENCE_WITH_LAST_COMMIT);
        if (last.isEmpty()) {
            throw new ImpossibleAct(
                    "The commit that last changed the file was not found in time; leave last_commit_id out,"
                            + " or try again.");
        }
        if (!last.get().sha().equals(lastCommit.get())) {
            throw new ImpossibleAct(
                    "You are attempting to update a file that has changed since you started editing it.");
        }
    }

    private static void put(DirCache files, String path, ObjectId blob, FileMode mode) {
        DirCacheEditor editor = files.editor();
        editor.add(new DirCacheEditor.PathEdit(path) {
            @Override
            public void apply(DirCacheEntry entry) {
                entry.setFileMode(mode);
                entry.setObjectId(blob);
            }
        });
        editor.finish();
    }

    private static void remove(DirCache files, String path) {
        DirCacheEditor editor = files.editor();
        editor.add(new DirCacheEditor.DeletePath(path));
        editor.finish();
    }

    /** Ends the writing of a commit, of which nothing is seen as long as no ref leads to it. */
    private static final class ImpossibleAct extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String why;

        ImpossibleAct(String why) {
            super(why, null, false, false);
            this.why = why;
        }
    }
}
