package dev.tandem.host;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Gives files to the uid of a sandbox; links are changed themselves, never what they point to. */
public final class Ownership {
    private Ownership() {}

    /** Makes {@code uid} owner and group of one file or folder. Needs root. */
    public static void give(Path path, int uid) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    }

    /** Does {@link #give} for a folder and all below it. Nobody else may write there meanwhile. */
    public static void giveTree(Path root, int uid) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                give(folder, uid);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                give(file, uid);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Whether this process may give files away, which decides if a sandbox has a uid of its own. */
    public static boolean possible() {
        try {
            return Caller.current().root();
        } catch (IOException e) {
            return false;
        }
    }
}
