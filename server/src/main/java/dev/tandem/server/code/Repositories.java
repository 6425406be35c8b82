package dev.tandem.server.code;

import dev.tandem.pipeline.rule.ChangedFiles;
import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads the repositories of projects. A project that is gone has no refs, files or commits. Shas are 40 lower-case hex
 * digits of commits. Blocks on the disk; safe for use by many threads.
 *
 * <p>Every method throws {@link UncheckedIOException} when the disk fails or a repository is damaged.
 */
@Component
public final class Repositories {
    /** More files than this in one commit are not listed. */
    static final int MOST_FILES = 200_000;

    private static final int WALKS_AT_A_TIME = 2;

    private static final Logger log = LoggerFactory.getLogger(Repositories.class);

    private final Database database;
    private final RepositoryFolders folders;
    private final BusyThreads walkers = new BusyThreads("repository-walk", WALKS_AT_A_TIME);

    Repositories(Database database, RepositoryFolders folders) {
        this.database = database;
        this.folders = folders;
    }

    /**
     * The commit that {@code refOrSha} names: a full ref, a branch, a tag (also an annotated one), {@code HEAD}, or a sha
     * of at least 7 digits; asked in this order. No revision expressions such as {@code main~2}.
     */
    public Optional<String> resolve(long projectId, String refOrSha) {
        return with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                return Revisions.commit(repository, walk, refOrSha).map(RevCommit::name);
            }
        });
    }

    /**
     * The content of a file.
     *
     * @return empty when the commit or the path does not exist, or is a folder, link target or submodule
     * @throws FileTooLargeException when it has more than {@code limitBytes}
     */
    public Optional<byte[]> file(long projectId, String sha, String path, long limitBytes) {
        return with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                RevCommit commit = Revisions.exact(walk, sha).orElse(null);
                TreeWalk found = commit == null || !Revisions.possiblePath(path)
                        ? null
                        : TreeWalk.forPath(walk.getObjectReader(), path, commit.getTree());
                if (found == null || !Revisions.isFile(found.getFileMode(0))) {
                    return Optional.empty();
                }
                ObjectLoader loader = walk.getObjectReader().open(found.getObjectId(0));
                if (loader.getSize() > limitBytes) {
                    throw new FileTooLargeException(path, loader.getSize(), limitBytes);
                }
                return Optional.of(loader.getBytes((int) Math.min(limitBytes, Integer.MAX_VALUE - 8)));
            }
        });
    }

    /**
     * All files of a commit by path, in git's order, at most 200,000; submodules are left out. Empty when there is no such
     * commit.
     */
    public List<String> files(long projectId, String sha) {
        return with(projectId, repository -> {
                    List<String> files = new ArrayList<>();
                    try (RevWalk walk = new RevWalk(repository);
                            TreeWalk tree = new TreeWalk(walk.getObjectReader())) {
                        RevCommit commit = Revisions.exact(walk, sha).orElse(null);
                        if (commit == null) {
                            return Optional.of(files);
                        }
                        tree.addTree(commit.getTree());
                        tree.setRecursive(true);
                        while (files.size() < MOST_FILES && tree.next()) {
                            if (Revisions.isFile(tree.getFileMode(0))) {
                                files.add(tree.getPathString());
                            }
                        }
                    }
                    return Optional.of(files);
                })
                .orElse(List.of());
    }

    /**
     * What a pipeline at {@code toSha} may ask about changes; worked out only when asked.
     *
     * @param fromSha where the ref was before; {@link RefUpdated#ZERO} when it was created, so that nothing can be compared
     */
    public ChangedFiles changedFiles(long projectId, String fromSha, String toSha) {
        return new ChangedFiles() {
            @Override
            public Optional<List<String>> ofPipeline() {
                return fromSha.equals(RefUpdated.ZERO) ? Optional.empty() : changed(projectId, fromSha, toSha);
            }

            @Override
            public Optional<List<String>> comparedTo(String ref) {
                return resolve(projectId, ref)
                        .flatMap(base -> changed(
                                projectId, mergeBase(projectId, base, toSha).orElse(base), toSha));
            }
        };
    }

    public Optional<Commit> commit(long projectId, String sha) {
        return with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                return Revisions.exact(walk, sha).map(Revisions::describe);
            }
        });
    }

    /**
     * Keeps a commit and what it needs from ever being pruned, under a ref that nobody can push: {@code refs/pipelines/12}
     * or {@code refs/keep-around/...}. Safe to repeat.
     *
     * @throws IllegalArgumentException when the ref is not one of these
     * @throws IllegalStateException when there is no such commit, or the ref cannot be set
     */
    public void keep(long projectId, String ref, String sha) {
        requireHidden(ref);
        RefUpdate.Result kept = with(projectId, repository -> {
                    try (RevWalk walk = new RevWalk(repository)) {
                        RevCommit commit = Revisions.exact(walk, sha)
                                .orElseThrow(() -> new IllegalStateException("no commit " + sha + " to keep"));
                        RefUpdate update = repository.updateRef(ref);
                        update.setNewObjectId(commit);
                        update.setForceUpdate(true);
                        return Optional.of(outcome(update.update(walk), ref));
                    }
                })
                .orElseThrow(() -> new IllegalStateException("no project " + projectId));
        log.debug("{} of project {} kept: {}", ref, projectId, kept);
    }

    /** Takes back {@link #keep}; the commit may be pruned when nothing else needs it, after 14 days. Safe to repeat. */
    public void release(long projectId, String ref) {
        requireHidden(ref);
        with(projectId, repository -> {
            RefUpdate update = repository.updateRef(ref);
            update.setForceUpdate(true);
            return Optional.of(outcome(update.delete(), ref));
        });
    }

    /** Whether {@code olderSha} is {@code newerSha} or among its ancestors; false when either does not exist. */
    public boolean isAncestor(long projectId, String olderSha, String newerSha) {
        return with(projectId, repository -> {
                    try (RevWalk walk = new RevWalk(repository)) {
                        Optional<RevCommit> older = Revisions.exact(walk, olderSha);
                        Optional<RevCommit> newer = Revisions.exact(walk, newerSha);
                        return Optional.of(
                                older.isPresent() && newer.isPresent() && walk.isMergedInto(older.get(), newer.get()));
                    }
                })
                .orElse(false);
    }

    /** A best common ancestor; empty when there is none or either commit does not exist. */
    public Optional<String> mergeBase(long projectId, String one, String other) {
        return with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<RevCommit> first = Revisions.exact(walk, one);
                Optional<RevCommit> second = Revisions.exact(walk, other);
                if (first.isEmpty() || second.isEmpty()) {
                    return Optional.empty();
                }
                walk.setRevFilter(RevFilter.MERGE_BASE);
                walk.markStart(first.get());
                walk.markStart(second.get());
                return Optional.ofNullable(walk.next()).map(RevCommit::name);
            }
        });
    }

    private Optional<List<String>> changed(long projectId, String fromSha, String toSha) {
        return with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository);
                    TreeWalk trees = new TreeWalk(walk.getObjectReader())) {
                Optional<RevCommit> from = Revisions.exact(walk, fromSha);
                Optional<RevCommit> to = Revisions.exact(walk, toSha);
                if (from.isEmpty()) {
                    trees.addTree(new EmptyTreeIterator());
                } else {
                    trees.addTree(from.get().getTree());
                }
                if (to.isEmpty()) {
                    return Optional.empty();
                }
                trees.addTree(to.get().getTree());
                trees.setRecursive(true);
                trees.setFilter(TreeFilter.ANY_DIFF);
                List<String> paths = new ArrayList<>();
                for (DiffEntry entry : DiffEntry.scan(trees)) {
                    paths.add(
                            entry.getChangeType() == DiffEntry.ChangeType.DELETE
                                    ? entry.getOldPath()
                                    : entry.getNewPath());
                }
                return Optional.of(paths);
            }
        });
    }

    /** As {@link #with}, for work that may keep a processor busy for long. */
    <T> Optional<T> walk(long projectId, Work<T> work) {
        return with(projectId, repository -> walkers.call(() -> work.on(repository)));
    }

    /** Runs {@code work} on a project's repository; empty when there is no such project. */
    <T> Optional<T> with(long projectId, Work<T> work) {
        Optional<Project> project = database.read(sql -> new ProjectStore(sql).find(projectId));
        if (project.isEmpty()) {
            return Optional.empty();
        }
        try (Repository repository = folders.open(projectId, project.get().defaultBranch())) {
            return work.on(repository);
        } catch (MissingObjectException e) {
            throw new UncheckedIOException("repository of project " + projectId + " lacks an object", e);
        } catch (IOException e) {
            throw new UncheckedIOException("repository of project " + projectId, e);
        }
    }

    /** Something done with an open repository. */
    interface Work<T> {
        Optional<T> on(Repository repository) throws IOException;
    }

    private static RefUpdate.Result outcome(RefUpdate.Result result, String ref) {
        return switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> result;
            case NOT_ATTEMPTED,
                    LOCK_FAILURE,
                    REJECTED,
                    REJECTED_CURRENT_BRANCH,
                    IO_FAILURE,
                    REJECTED_MISSING_OBJECT,
                    REJECTED_OTHER_REASON -> throw new IllegalStateException("cannot set " + ref + ": " + result);
        };
    }

    private static void requireHidden(String ref) {
        if (!HiddenRefs.isHidden(ref)
                || !Repository.isValidRefName(ref)
                || ref.equals(ObjectId.zeroId().name())) {
            throw new IllegalArgumentException("not a ref that the server keeps for itself: " + ref);
        }
    }
}
