package dev.tandem.runner;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a working copy that a job named. Links are listed, never followed; git's own folder is left out.
 */
final class FileSelection {
    private final Path root;
    private final List<Glob> included;
    private final List<Glob> excluded;

    /** @throws StageFailed if a pattern leads out of the project or is malformed */
    FileSelection(Path root, List<String> paths, List<String> exclude) throws StageFailed {
        this.root = root;
        this.included = compile(paths);
        this.excluded = compile(exclude);
    }

    /** Files, links and folders, relative to the project, sorted. */
    Collection<Path> find() throws IOException, StageFailed {
        var found = new TreeSet<Path>();
        try {
            if (!included.isEmpty()) {
                Files.walkFileTree(root, new Finder(found));
            }
            return found;
        } catch (Glob.TooCostly e) {
            throw new StageFailed(FailureReasons.SCRIPT, 1, String.valueOf(e.getMessage()));
        }
    }

    boolean excludes(Path path) {
        return matches(excluded, path);
    }

    private List<Glob> compile(List<String> globs) throws StageFailed {
        var patterns = new ArrayList<Glob>();
        for (var glob : globs) {
            var relative =
                    glob.startsWith(root + "/") ? glob.substring(root.toString().length() + 1) : glob;
            if (relative.startsWith("/") || relative.equals("..") || relative.startsWith("../")) {
                throw new StageFailed(
                        FailureReasons.SCRIPT, 0, "The path \"" + glob + "\" leads out of the project's folder.");
            }
            try {
                patterns.add(Glob.of(relative.equals(".") || relative.equals("./") ? "**" : relative));
            } catch (IllegalArgumentException e) {
                throw new StageFailed(FailureReasons.SCRIPT, 0, "The path \"" + glob + "\" is no pattern.");
            }
        }
        return patterns;
    }

    private static boolean matches(List<Glob> patterns, Path path) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(path.toString()));
    }

    private final class Finder extends SimpleFileVisitor<Path> {
        private final Collection<Path> found;
        /** The folder that was named, below which all is taken; the root stands for none. */
        private Path whole = root;

        Finder(Collection<Path> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            var path = root.relativize(folder);
            if (folder.equals(root)) {
                return FileVisitResult.CONTINUE;
            }
            if (path.toString().equals(".git")) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (whole.equals(root) && matches(included, path)) {
                whole = folder;
            }
            if (inside(folder) && !matches(excluded, path)) {
                found.add(path);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (folder.equals(whole)) {
                whole = root;
            }
            return super.postVisitDirectory(folder, failure);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            var path = root.relativize(file);
            var wanted = inside(file) || matches(included, path);
            if (wanted && !attributes.isOther() && !matches(excluded, path)) {
                found.add(path);
            }
            return FileVisitResult.CONTINUE;
        }

        private boolean inside(Path path) {
            return !whole.equals(root) && path.startsWith(whole);
        }
    }
}
