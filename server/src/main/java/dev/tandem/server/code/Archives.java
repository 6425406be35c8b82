package dev.tandem.server.code;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.springframework.stereotype.Component;

/** The files of a commit as one archive, written while they are read. Blocks on the disk; safe for use by many threads. */
@Component
public final class Archives {
    private final Repositories repositories;

    Archives(Repositories repositories) {
        this.repositories = repositories;
    }

    /** Kinds of archive, with the endings of their names. */
    public enum Format {
        TAR_GZ("application/gzip", "tar.gz", "tgz"),
        TAR("application/x-tar", "tar"),
        ZIP("application/zip", "zip");

        private final String mediaType;
        private final List<String> endings;

        Format(String mediaType, String... endings) {
            this.mediaType = mediaType;
            this.endings = List.of(endings);
        }

        public String mediaType() {
            return mediaType;
        }

        /** Without a dot before it. */
        public String ending() {
            return endings.getFirst();
        }

        /** Of {@code shop-main.tar.gz}; empty for names of other kinds. */
        public static Optional<Format> ofName(String name) {
            return Arrays.stream(values())
                    .filter(format -> format.endings.stream().anyMatch(ending -> name.endsWith("." + ending)))
                    .findFirst();
        }
    }

    /**
     * Writes the archive; does not close {@code out}.
     *
     * @param folder only what is in it; empty for all
     * @param prefix folder in the archive that holds everything
     * @throws java.io.UncheckedIOException also when {@code out} takes no more
     */
    public void write(long projectId, String sha, String folder, String prefix, Format format, OutputStream out) {
        repositories.with(projectId, repository -> {
            try (RevWalk walk = new RevWalk(repository);
                    TreeWalk tree = new TreeWalk(walk.getObjectReader());
                    Sink sink = sink(format, new Unclosed(out))) {
                RevCommit commit = Revisions.exact(walk, sha).orElse(null);
                if (commit == null) {
                    return Optional.empty();
                }
                tree.addTree(commit.getTree());
                tree.setRecursive(true);
                if (!folder.isEmpty() && Revisions.possiblePath(folder)) {
                    tree.setFilter(org.eclipse.jgit.treewalk.filter.PathFilter.create(folder));
                }
                FileTime time = FileTime.from(commit.getCommitterIdent().getWhenAsInstant());
                while (tree.next()) {
                    add(sink, tree, prefix + "/" + tree.getPathString(), time);
                }
                return Optional.of(sha);
            }
        });
    }

    private static void add(Sink sink, TreeWalk tree, String name, FileTime time) throws IOException {
        FileMode mode = tree.getFileMode(0);
        if (mode.equals(FileMode.GITLINK)) {
            sink.folder(name + "/", time);
            return;
        }
        ObjectLoader loader = tree.getObjectReader().open(tree.getObjectId(0), Constants.OBJ_BLOB);
        if (mode.equals(FileMode.SYMLINK)) {
            sink.link(name, new String(loader.getBytes(), StandardCharsets.UTF_8), time);
            return;
        }
        sink.file(name, loader, mode.equals(FileMode.EXECUTABLE_FILE), time);
    }

    private static Sink sink(Format format, OutputStream out) throws IOException {
        return switch (format) {
            case ZIP -> new ZipSink(out);
            case TAR -> new TarSink(out);
            case TAR_GZ -> new TarSink(new GZIPOutputStream(out));
        };
    }

    /** One archive being written. */
    private interface Sink extends AutoCloseable {
        void file(String name, ObjectLoader content, boolean executable, FileTime time) throws IOException;

        void link(String name, String target, FileTime time) throws IOException;

        void folder(String name, FileTime time) throws IOException;

        @Override
        void close() throws IOException;
    }

    private static final class ZipSink implements Sink {
        private static final int FILE = 0100644;
        private static final int PROGRAM = 0100755;
        private static final int LINK = 0120777;
        private static final int FOLDER = 0040755;

        private final ZipArchiveOutputStream zip;

        ZipSink(OutputStream out) {
            zip = new ZipArchiveOutputStream(out);
        }

        @Override
        public void file(String name, ObjectLoader content, boolean executable, FileTime time) throws IOException {
            begin(name, executable ? PROGRAM : FILE, time);
            try (InputStream in = content.openStream()) {
                in.transferTo(zip);
            }
            zip.closeArchiveEntry();
        }

        @Override
        public void link(String name, String target, FileTime time) throws IOException {
            begin(name, LINK, time);
            zip.write(target.getBytes(StandardCharsets.UTF_8));
            zip.closeArchiveEntry();
        }

        @Override
        public void folder(String name, FileTime time) throws IOException {
            begin(name, FOLDER, time);
            zip.closeArchiveEntry();
        }

        private void begin(String name, int mode, FileTime time) throws IOException {
            ZipArchiveEntry entry = new ZipArchiveEntry(name);
            entry.setUnixMode(mode);
            entry.setTime(time);
            zip.putArchiveEntry(entry);
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }

    private static final class TarSink implements Sink {
        private static final int PROGRAM = 0100755;

        private final TarArchiveOutputStream tar;

        TarSink(OutputStream out) {
            tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
        }

        @Override
        public void file(String name, ObjectLoader content, boolean executable, FileTime time) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            if (executable) {
                entry.setMode(PROGRAM);
            }
            entry.setSize(content.getSize());
            entry.setModTime(time);
            tar.putArchiveEntry(entry);
            try (InputStream in = content.openStream()) {
                in.transferTo(tar);
            }
            tar.closeArchiveEntry();
        }

        @Override
        public void link(String name, String target, FileTime time) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(target);
            entry.setModTime(time);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }

        @Override
        public void folder(String name, FileTime time) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setModTime(time);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }

        @Override
        public void close() throws IOException {
            tar.close();
        }
    }

    /** The archive ends, the response does not. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
