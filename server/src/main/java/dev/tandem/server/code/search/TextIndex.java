package dev.tandem.server.code.search;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Which files of which projects may hold a text. It tells candidates only: whoever asks looks into the files. For each project
 * it knows the commit that it stands for, and both change in one step. It lies in one folder, which may be thrown away at any
 * time. Safe for use by many threads of one process.
 */
public final class TextIndex implements AutoCloseable {
    private static final double BUFFER_MEGABYTES = 16;

    private final Path folder;
    private final Semaphore changing = new Semaphore(1);
    private @Nullable Directory directory;
    private @Nullable DirectoryReader reader;
    private Map<Long, String> states = Map.of();

    /** Touches no file until it is used. */
    public TextIndex(Path folder) {
        this.folder = folder;
    }

    /**
     * What the index is now; the caller closes it.
     *
     * @throws IndexDamagedException when it cannot be read; {@link #wipe} helps
     */
    public synchronized View view() throws IOException {
        try {
            DirectoryReader current = current();
            if (current == null) {
                return new View(null, Map.of());
            }
            current.incRef();
            return new View(current, states);
        } catch (IOException | RuntimeException e) {
            closeReader();
            throw told(e);
        }
    }

    private @Nullable DirectoryReader current() throws IOException {
        if (reader == null) {
            if (!Files.isDirectory(folder)) {
                return null;
            }
            try {
                reader = DirectoryReader.open(directory());
            } catch (IndexNotFoundException e) {
                return null;
            }
            states = statesOf(reader);
        } else {
            DirectoryReader newer = DirectoryReader.openIfChanged(reader);
            if (newer != null) {
                reader.close();
                reader = newer;
                states = statesOf(newer);
            }
        }
        return reader;
    }

    private static Map<Long, String> statesOf(DirectoryReader reader) throws IOException {
        Map<Long, String> states = new HashMap<>();
        for (LeafReaderContext leaf : reader.leaves()) {
            Fields.states(leaf.reader(), states);
        }
        return Map.copyOf(states);
    }

    /**
     * Begins to change what is known of a project; the caller closes it.
     *
     * @return empty while another change goes on, since only one holds memory at a time
     * @throws IndexDamagedException when it cannot be read
     */
    public Optional<Change> change(long projectId) throws IOException {
        if (!changing.tryAcquire()) {
            return Optional.empty();
        }
        try {
            IndexWriterConfig config = new IndexWriterConfig()
                    .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                    .setMergeScheduler(new SerialMergeScheduler())
                    .setUseCompoundFile(true)
                    .setCommitOnClose(false);
            return Optional.of(new Change(new IndexWriter(directory(), config), projectId, changing));
        } catch (IOException | RuntimeException e) {
            changing.release();
            throw told(e);
        }
    }

    /** Reads all of it and compares it with its check sums. @throws IndexDamagedException when they differ */
    public void verify() throws IOException {
        try (View view = view()) {
            DirectoryReader opened = view.reader();
            for (LeafReaderContext leaf : opened == null ? List.<LeafReaderContext>of() : opened.leaves()) {
                if (leaf.reader() instanceof CodecReader codec) {
                    codec.checkIntegrity();
                }
            }
        } catch (IOException | RuntimeException e) {
            throw told(e);
        }
    }

    /** Opens the files anew for the next view: a thread that was interrupted while it read closed them for all. */
    public synchronized void reopen() throws IOException {
        closeReader();
    }

    /** Throws everything away; waits for a change that goes on. */
    public void wipe() throws IOException {
        changing.acquireUninterruptibly();
        try {
            synchronized (this) {
                closeReader();
                if (directory != null) {
                    directory.close();
                    directory = null;
                }
                if (Files.isDirectory(folder)) {
                    try (var files = Files.newDirectoryStream(folder)) {
                        for (Path file : files) {
                            Files.deleteIfExists(file);
                        }
                    }
                }
            }
        } finally {
            changing.release();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closeReader();
        if (directory != null) {
            directory.close();
            directory = null;
        }
    }

    private synchronized Directory directory() throws IOException {
        if (directory == null) {
            Files.createDirectories(folder);
            // Not mapped: what is read of the index is no part of this process's memory then.
            directory = new NIOFSDirectory(folder);
        }
        return directory;
    }

    private void closeReader() throws IOException {
        DirectoryReader old = reader;
        reader = null;
        states = Map.of();
        if (old != null) {
            old.close();
        }
    }

    /** Damage told apart from a disk that refuses or a thread that is stopped. */
    static IOException told(Exception e) {
        return switch (e) {
            case IndexDamagedException damaged -> damaged;
            case CorruptIndexException damaged -> new IndexDamagedException(damaged);
            case IndexFormatTooOldException old -> new IndexDamagedException(old);
            case IndexFormatTooNewException young -> new IndexDamagedException(young);
            case EOFException shorter -> new IndexDamagedException(shorter);
            case FileNotFoundException missing -> new IndexDamagedException(missing);
            case NoSuchFileException missing -> new IndexDamagedException(missing);
            case IOException other -> other;
            default -> new IndexDamagedException(e);
        };
    }

    private interface Act {
        void run() throws IOException;
    }

    /** The index of one moment. For one thread. */
    public static final class View implements AutoCloseable {
        private final @Nullable DirectoryReader reader;
        private final Map<Long, String> states;

        private View(@Nullable DirectoryReader reader, Map<Long, String> states) {
            this.reader = reader;
            this.states = states;
        }

        @Nullable
        DirectoryReader reader() {
            return reader;
        }

        /** From each project that the index holds to the commit that it stands for. */
        public Map<Long, String> states() {
            return states;
        }

        /** The files of {@code projects} that may hold what is needed. */
        public Candidates candidates(Needed needed, Set<Long> projects) throws IOException {
            try {
                return new Candidates(reader, Queries.of(needed, projects));
            } catch (RuntimeException e) {
                throw told(e);
            }
        }

        @Override
        public void close() throws IOException {
            if (reader != null) {
                reader.decRef();
            }
        }
    }

    /** A change of what is known of one project: seen by nobody before {@link #done}, undone when closed without. For one thread. */
    public static final class Change implements AutoCloseable {
        private final IndexWriter writer;
        private final long projectId;
        private final Semaphore held;
        private final Trigrams trigrams = new Trigrams();
        private boolean isDone;

        private Change(IndexWriter writer, long projectId, Semaphore held) {
            this.writer = writer;
            this.projectId = projectId;
            this.held = held;
        }

        /** Forgets all files of the project and that it was known. */
        public void clear() throws IOException {
            act(() -> writer.deleteDocuments(
                    new Term(Fields.PROJECT, Long.toString(projectId)),
                    new Term(Fields.STATE, Long.toString(projectId))));
        }

        public void remove(String path) throws IOException {
            act(() -> writer.deleteDocuments(key(path)));
        }

        /**
         * Adds a file that is not known yet, or was removed in this change.
         *
         * @param blob sha of its content
         */
        public void add(String path, String blob, byte[] content) throws IOException {
            act(() -> writer.addDocument(
                    Fields.file(projectId, path, key(path).bytes(), blob, new TrigramStream(trigrams.of(content)))));
        }

        /** From now on the index stands for this commit; durable on return. */
        public void done(String sha) throws IOException {
            act(() -> writer.updateDocument(
                    new Term(Fields.STATE, Long.toString(projectId)), Fields.state(projectId, sha)));
            commit();
        }

        /** The project is known no longer; durable on return. */
        public void forgotten() throws IOException {
            clear();
            commit();
        }

        private void commit() throws IOException {
            act(writer::commit);
            isDone = true;
        }

        /** What goes wrong here is the index's, not that of whoever feeds it. */
        private static void act(Act act) throws IOException {
            try {
                act.run();
            } catch (IOException | RuntimeException e) {
                throw told(e);
            }
        }

        private Term key(String path) {
            return new Term(Fields.KEY, new BytesRef((projectId + ":" + path).getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void close() throws IOException {
            try {
                if (isDone) {
                    writer.close();
                } else {
                    writer.rollback();
                }
            } finally {
                held.release();
            }
        }
    }
}
