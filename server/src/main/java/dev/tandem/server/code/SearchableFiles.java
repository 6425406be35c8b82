package dev.tandem.server.code;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Which files a search looks at: text of up to 1 MB, under a path that a file system could have. */
final class SearchableFiles {
    private static final int LARGEST_BYTES = 1024 * 1024;
    /** As many bytes does Linux take for a path. */
    private static final int LONGEST_PATH = 4096;

    private SearchableFiles() {}

    /** Content of a file that is looked at; empty for one that is not. */
    static Optional<byte[]> text(ObjectReader reader, ObjectId blob) throws IOException {
        ObjectLoader loader = reader.open(blob, Constants.OBJ_BLOB);
        if (loader.getSize() > LARGEST_BYTES) {
            return Optional.empty();
        }
        byte[] bytes = loader.getCachedBytes();
        return isBinary(bytes) ? Optional.empty() : Optional.of(bytes);
    }

    /** One file after the other. */
    static TreeWalk walk(RevWalk commits, RevCommit commit) throws IOException {
        TreeWalk tree = new TreeWalk(commits.getObjectReader());
        tree.addTree(commit.getTree());
        tree.setRecursive(true);
        return tree;
    }

    static boolean isLookedAt(TreeWalk tree, int which) {
        return Revisions.isFile(tree.getFileMode(which)) && tree.getPathLength() <= LONGEST_PATH;
    }

    /**
     * From each path that differs to what {@code to} has there; zero when it has no file there.
     *
     * @return empty when a commit is missing or more than {@code most} differ
     */
    static Optional<Map<String, ObjectId>> changed(Repository repository, String from, String to, int most)
            throws IOException {
        Map<String, ObjectId> changed = new LinkedHashMap<>();
        try (RevWalk walk = new RevWalk(repository);
                TreeWalk trees = new TreeWalk(walk.getObjectReader())) {
            Optional<RevCommit> older = Revisions.exact(walk, from);
            Optional<RevCommit> newer = Revisions.exact(walk, to);
            if (older.isEmpty() || newer.isEmpty()) {
                return Optional.empty();
            }
            trees.addTree(older.get().getTree());
            trees.addTree(newer.get().getTree());
            trees.setRecursive(true);
            trees.setFilter(TreeFilter.ANY_DIFF);
            while (trees.next()) {
                if (changed.size() == most) {
                    return Optional.empty();
                }
                changed.put(trees.getPathString(), isLookedAt(trees, 1) ? trees.getObjectId(1) : ObjectId.zeroId());
            }
        }
        return Optional.of(changed);
    }

    private static boolean isBinary(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 8000); i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }
}
