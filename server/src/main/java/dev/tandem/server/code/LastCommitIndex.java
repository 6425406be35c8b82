package dev.tandem.server.code;

import dev.tandem.server.code.storage.OwnProcess;
import dev.tandem.server.code.storage.RepositoryFolders;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which commit last changed each entry of each folder of a large repository, as of one commit of the default branch. Made after it was packed, so that
 * pages need not walk through years of history; what came later they still walk through. A ZIP file beside the commit graph: its
 * comment is the commit and it has one member for each folder, {@code /} and its path, with {@code sha name NUL} for each entry.
 * Folders for which there was no time are not in it. Methods block on the disk.
 */
public final class LastCommitIndex {
    private static final Logger log = LoggerFactory.getLogger(LastCommitIndex.class);
    private static final String FILE = "last-commits.zip";
    private static final Duration LONGEST = Duration.ofMinutes(10);
    /** What it has by then is written. */
    private static final Duration SEARCHING = Duration.ofMinutes(5);

    /** A ZIP file has names of 65,535 bytes; three for each character are always enough. */
    private static final int LONGEST_NAME = 20_000;

    private LastCommitIndex() {}

    /**
     * A folder at the commit of the index.
     *
     * @param byName from the name of each entry to the commit that last changed it
     */
    record Entry(ObjectId commit, Map<String, String> byName) {}

    /**
     * A file or folder at the commit of the index.
     *
     * @param at the commit of the index
     * @param lastChange the one that last changed it
     */
    record Known(ObjectId at, ObjectId lastChange) {}

    /** @return empty when there is no index, or the path is not in it */
    static Optional<Known> of(Repository repository, String path) throws IOException {
        return read(repository, above(path))
                .flatMap(entry -> Optional.ofNullable(entry.byName().get(name(path)))
                        .map(sha -> new Known(entry.commit(), ObjectId.fromString(sha))));
    }

    /** @return empty when there is no index, or the folder is not in it */
    static Optional<Entry> read(Repository repository, String folder) throws IOException {
        try (ZipFile zip = open(file(repository))) {
            if (zip == null) {
                return Optional.empty();
            }
            ObjectId commit = ObjectId.fromString(zip.getComment());
            return member(zip, folder).map(byName -> new Entry(commit, byName));
        }
    }

    /** Null when there is none, or none that can be read: pages do without, and the next one takes its place. */
    private static @Nullable ZipFile open(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            ZipFile zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
            if (zip.getComment() != null && ObjectId.isId(zip.getComment())) {
                return zip;
            }
            zip.close();
            log.warn("{} is damaged: it names no commit", file);
        } catch (ZipException e) {
            log.warn("{} is damaged: {}", file, e.getMessage());
        }
        return null;
    }

    private static Optional<Map<String, String>> member(ZipFile zip, String folder) throws IOException {
        ZipEntry member = zip.getEntry("/" + folder);
        if (member == null) {
            return Optional.empty();
        }
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(member), new CRC32())) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (in.getChecksum().getValue() != member.getCrc()) {
                throw new ZipException("the checksum is another");
            }
            return Optional.of(parsed(text));
        } catch (ZipException | EOFException e) {
            log.warn("{} is damaged at folder {}: {}", zip.getName(), folder, e.getMessage());
            return Optional.empty();
        }
    }

    private static Map<String, String> parsed(String member) {
        Map<String, String> byName = new HashMap<>();
        for (String record : member.split("\0", -1)) {
            if (record.length() > Constants.OBJECT_ID_STRING_LENGTH) {
                byName.put(
                        record.substring(Constants.OBJECT_ID_STRING_LENGTH + 1),
                        record.substring(0, Constants.OBJECT_ID_STRING_LENGTH));
            }
        }
        return byName;
    }

    /**
     * Makes it anew, in a process of its own; readers see the old one until then.
     *
     * @param objects that the repository has
     * @throws IOException when that failed; the old one is there still
     */
    static void writeInOwnProcess(Repository repository, long objects) throws IOException {
        OwnProcess.run(
                LastCommitIndex.class,
                objects,
                LONGEST,
                List.of(repository.getDirectory().toString()));
    }

    /** Argument: the folder of a bare repository. */
    public static void main(String[] arguments) throws IOException {
        OwnProcess.endWithParent();
        RepositoryFolders.useLittleMemory();
        try (FileRepository repository =
                new FileRepository(Path.of(arguments[0]).toFile())) {
            write(repository, System.nanoTime() + SEARCHING.toNanos());
        }
    }

    /** @param deadline as {@link System#nanoTime} tells it */
    static void write(Repository repository, long deadline) throws IOException {
        ObjectId head = repository.resolve(Constants.HEAD);
        if (head == null) {
            return;
        }
        Path folder = folder(repository);
        // Always the same name: what a crash leaves behind is written over. Nobody else writes; see RepositoryUpkeep.
        Path written = folder.resolve(FILE + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    written,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                write(repository, head, Channels.newOutputStream(channel), deadline);
                channel.force(true);
            }
            Files.move(written, file(repository), StandardCopyOption.ATOMIC_MOVE);
            RepositoryFolders.force(folder);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static void write(Repository repository, ObjectId head, OutputStream out, long deadline)
            throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        zip.setComment(head.name());
        Map<String, Map<String, Optional<String>>> folders = new TreeMap<>();
        try (LastCommitWalk walk = new LastCommitWalk(repository);
                Earlier earlier = new Earlier(file(repository))) {
            walk.run(head, earlier, deadline)
                    .forEach((path, sha) -> folders.computeIfAbsent(above(path), folder -> new TreeMap<>())
                            .put(name(path), sha));
        }
        for (Map.Entry<String, Map<String, Optional<String>>> folder : folders.entrySet()) {
            if (folder.getKey().length() <= LONGEST_NAME
                    && folder.getValue().values().stream().allMatch(Optional::isPresent)) {
                add(zip, folder.getKey(), folder.getValue());
            }
        }
        zip.finish();
    }

    private static void add(ZipOutputStream zip, String folder, Map<String, Optional<String>> byName)
            throws IOException {
        zip.putNextEntry(new ZipEntry("/" + folder));
        for (Map.Entry<String, Optional<String>> entry : byName.entrySet()) {
            zip.write((entry.getValue().orElseThrow() + " " + entry.getKey() + "\0").getBytes(StandardCharsets.UTF_8));
        }
        zip.closeEntry();
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String above(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** The index that there is, while a newer one is made: history before its commit need not be walked through again. */
    private static final class Earlier implements LastCommitWalk.Earlier, AutoCloseable {
        private final @Nullable ZipFile zip;
        private final Map<String, Map<String, String>> folders = new HashMap<>();

        Earlier(Path file) throws IOException {
            this.zip = open(file);
        }

        @Override
        public boolean startedAt(RevCommit commit) {
            return zip != null && commit.name().equals(zip.getComment());
        }

        @Override
        public Optional<String> of(String path) throws IOException {
            String folder = above(path);
            Map<String, String> byName = folders.get(folder);
            if (byName == null) {
                byName = member(Objects.requireNonNull(zip, "it started somewhere"), folder)
                        .orElse(Map.of());
                folders.put(folder, byName);
            }
            return Optional.ofNullable(byName.get(name(path)));
        }

        @Override
        public void close() throws IOException {
            if (zip != null) {
                zip.close();
            }
        }
    }

    private static Path file(Repository repository) {
        return folder(repository).resolve(FILE);
    }

    private static Path folder(Repository repository) {
        return repository.getDirectory().toPath().resolve("objects/info");
    }
}
