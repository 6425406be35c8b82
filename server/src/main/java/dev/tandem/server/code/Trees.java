package dev.tandem.server.code;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.springframework.stereotype.Component;

/** Folders and files at a commit. Blocks on the disk; safe for use by many threads. */
@Component
public final class Trees {
    private final Repositories repositories;

    Trees(Repositories repositories) {
        this.repositories = repositories;
    }

    /**
     * The entries of a folder, in git's order, at most 200,000.
     *
     * @param path empty for the root
     * @param recursive also those of the folders below it, which then follow the folder
     * @return empty when there is no such commit or folder
     */
    public Optional<List<TreeEntry>> list(long projectId, String sha, String path, boolean recursive) {
        return repositories.with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                Optional<ObjectId> folder = folder(walk, sha, path);
                return folder.isEmpty()
                        ? Optional.empty()
                        : Optional.of(entries(walk.getObjectReader(), folder.get(), path, recursive));
            }
        });
    }

    /**
     * Paths of files that {@code wanted} takes, in git's order; none when there is no such commit.
     *
     * @param most how many are enough
     * @param patience how long to look
     */
    public List<String> named(long projectId, String sha, Predicate<String> wanted, int most, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        return repositories
                .with(projectId, repository -> {
                    List<String> found = new ArrayList<>();
                    try (RevWalk walk = new RevWalk(repository);
                            TreeWalk tree = new TreeWalk(walk.getObjectReader())) {
                        Optional<ObjectId> root = folder(walk, sha, "");
                        if (root.isPresent()) {
                            tree.addTree(root.get());
                            tree.setRecursive(true);
                            while (found.size() < most && System.nanoTime() < end && tree.next()) {
                                String path = tree.getPathString();
                                if (Revisions.isFile(tree.getFileMode(0)) && wanted.test(path)) {
                                    found.add(path);
                                }
                            }
                        }
                    }
                    return Optional.of(found);
                })
                .orElse(List.of());
    }

    /** @return empty when there is no such commit or file; folders and submodules are no files */
    public Optional<FileFacts> file(long projectId, String sha, String path) {
        return repositories.with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository)) {
                TreeWalk found = find(walk, sha, path);
                if (found == null) {
                    return Optional.empty();
                }
                FileMode mode = found.getFileMode(0);
                boolean isLink = mode.equals(FileMode.SYMLINK);
                if (!isLink && !Revisions.isFile(mode)) {
                    return Optional.empty();
                }
                ObjectId id = found.getObjectId(0);
                long size = walk.getObjectReader().getObjectSize(id, Constants.OBJ_BLOB);
                return Optional.of(new FileFacts(path, id.name(), size, mode.equals(FileMode.EXECUTABLE_FILE), isLink));
            }
        });
    }

    /** A blob by its own sha, without name or path; empty when there is none, also when the sha is one of another object. */
    public Optional<FileFacts> blob(long projectId, String sha) {
        return repositories.with(projectId, repository -> {
            try (ObjectReader reader = repository.newObjectReader()) {
                ObjectLoader loader = reader.open(ObjectId.fromString(sha));
                return loader.getType() == Constants.OBJ_BLOB
                        ? Optional.of(new FileFacts("", sha, loader.getSize(), false, false))
                        : Optional.empty();
            } catch (MissingObjectException e) {
                return Optional.empty();
            }
        });
    }

    /** Writes the content of a file, piece by piece. */
    public void copy(long projectId, FileFacts file, OutputStream out) {
        repositories.with(projectId, repository -> {
            ObjectLoader loader = repository.open(ObjectId.fromString(file.id()), Constants.OBJ_BLOB);
            try (InputStream in = loader.openStream()) {
                return Optional.of(in.transferTo(out));
            }
        });
    }

    /** The first {@code limitBytes} of a file. */
    public byte[] head(long projectId, FileFacts file, int limitBytes) {
        return repositories
                .with(projectId, repository -> {
                    ObjectLoader loader = repository.open(ObjectId.fromString(file.id()), Constants.OBJ_BLOB);
                    try (InputStream in = loader.openStream()) {
                        return Optional.of(in.readNBytes(limitBytes));
                    }
                })
                .orElse(new byte[0]);
    }

    private static Optional<ObjectId> folder(RevWalk walk, String sha, String path) throws IOException {
        if (path.isEmpty()) {
            Optional<RevCommit> commit = Revisions.exact(walk, sha);
            return commit.map(RevCommit::getTree);
        }
        TreeWalk found = find(walk, sha, path);
        return found != null && found.getFileMode(0).equals(FileMode.TREE)
                ? Optional.of(found.getObjectId(0))
                : Optional.empty();
    }

    private static @org.jspecify.annotations.Nullable TreeWalk find(RevWalk walk, String sha, String path)
            throws IOException {
        Optional<RevCommit> commit = Revisions.exact(walk, sha);
        return commit.isEmpty() || !Revisions.possiblePath(path)
                ? null
                : TreeWalk.forPath(walk.getObjectReader(), path, commit.get().getTree());
    }

    private static List<TreeEntry> entries(ObjectReader reader, ObjectId folder, String path, boolean recursive)
            throws IOException {
        List<TreeEntry> entries = new ArrayList<>();
        String prefix = path.isEmpty() ? "" : path + "/";
        try (TreeWalk tree = new TreeWalk(reader)) {
            tree.addTree(folder);
            while (entries.size() < Repositories.MOST_FILES && tree.next()) {
                FileMode mode = tree.getFileMode(0);
                entries.add(new TreeEntry(
                        tree.getNameString(),
                        prefix + tree.getPathString(),
                        type(mode),
                        "%06o".formatted(mode.getBits()),
                        tree.getObjectId(0).name()));
                if (recursive && tree.isSubtree()) {
                    tree.enterSubtree();
                }
            }
        }
        return entries;
    }

    private static TreeEntry.Type type(FileMode mode) {
        return switch (mode.getObjectType()) {
            case Constants.OBJ_TREE -> TreeEntry.Type.TREE;
            case Constants.OBJ_COMMIT -> TreeEntry.Type.COMMIT;
            default -> TreeEntry.Type.BLOB;
        };
    }
}
