package dev.tandem.server.code.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bare repositories: {@code repositories/<project id>.git} below the data folder. Safe for use by many threads of one
 * process; two servers must not share a data folder.
 */
public final class RepositoryFolders {
    private static final int HEAD_TRIES = 100;
    private static final long HEAD_PAUSE_NANOS = 10_000_000;

    private static final Logger log = LoggerFactory.getLogger(RepositoryFolders.class);

    /** No ref has a name that ends so. */
    private static final String LOCK = ".lock";

    /** Names the process that packs. */
    private static final String PACKING = "gc.pid";

    private static final Pattern PID = Pattern.compile("[0-9]{1,9}");

    private static final int KIBI = 1024;
    private static final int MEBI = 1024 * KIBI;

    /** Larger blobs are streamed, never held whole. */
    public static final int STREAM_FROM_BYTES = 4 * MEBI;

    private final Path root;
    private final Path removed;
    private final ConcurrentMap<Long, Boolean> opened = new ConcurrentHashMap<>();

    /** Makes the folders when they are missing. */
    public RepositoryFolders(Path root) throws IOException {
        this.root = root;
        this.removed = root.resolve(".removed");
        Files.createDirectories(removed);
        useLittleMemory();
    }

    /**
     * Opens the repository of a project; the caller closes it. A missing one is made first, since the row of a project is
     * committed before its folder: a process that died in between left just that.
     *
     * @param defaultBranch what HEAD of a new repository points to
     * @throws UncheckedIOException when the disk refuses
     */
    public Repository open(long projectId, String defaultBranch) {
        Path folder = folder(projectId);
        try {
            if (!Files.exists(folder)) {
                create(folder, defaultBranch);
            }
            // Nobody gets at the repository before.
            opened.computeIfAbsent(projectId, first -> unlocked(folder));
            return RepositoryCache.open(key(folder), true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open repository " + folder, e);
        }
    }

    /**
     * Git locks by files beside what they lock. Those that are there before this process has opened the repository were left by one that died: no ref that
     * one locks could ever be moved again.
     */
    private static boolean unlocked(Path folder) {
        try (Stream<Path> top = Files.list(folder);
                Stream<Path> info = Files.list(Files.createDirectories(folder.resolve("objects/info")));
                Stream<Path> refs = Files.walk(folder.resolve("refs"))) {
            for (Path lock : Stream.of(top, info, refs)
                    .flatMap(all -> all)
                    .filter(path -> isLock(path) && Files.isRegularFile(path))
                    .toList()) {
                log.info("{} was left by a process that died", lock);
                Files.delete(lock);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unlock repository " + folder, e);
        }
    }

    private static boolean isLock(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(LOCK) || (name.equals(PACKING) && !isAlive(path));
    }

    /** JGit packs nothing for twelve hours where such a file lies, whoever wrote it. Somebody may be running git gc by hand. */
    private static boolean isAlive(Path packing) {
        try {
            Matcher pid = PID.matcher(Files.readString(packing));
            return pid.lookingAt()
                    && ProcessHandle.of(Long.parseLong(pid.group()))
                            .filter(ProcessHandle::isAlive)
                            .isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + packing, e);
        }
    }

    /**
     * Makes HEAD point to the branch. Whoever else sets HEAD in the same moment is waited for, one second at most.
     *
     * @throws IOException when HEAD is still being set then, or cannot be written
     */
    public void setDefaultBranch(Repository repository, String branch) throws IOException {
        RefUpdate.Result result = link(repository, branch);
        for (int tries = 1; result == RefUpdate.Result.LOCK_FAILURE && tries < HEAD_TRIES; tries++) {
            LockSupport.parkNanos(HEAD_PAUSE_NANOS);
            result = link(repository, branch);
        }
        if (result == RefUpdate.Result.LOCK_FAILURE || result == RefUpdate.Result.IO_FAILURE) {
            throw new IOException("HEAD of " + repository.getDirectory() + " cannot be set: " + result);
        }
    }

    private static RefUpdate.Result link(Repository repository, String branch) throws IOException {
        RefUpdate head = repository.updateRef(Constants.HEAD, true);
        head.disableRefLog();
        return head.link(Constants.R_HEADS + branch);
    }

    /** Takes the repository out of use at once, then removes its files. Safe to repeat. */
    public void remove(long projectId) throws IOException {
        Path folder = folder(projectId);
        Path aside = removed.resolve(projectId + "-" + UUID.randomUUID());
        RepositoryCache.unregister(key(folder));
        try {
            Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // Never made, or moved by an earlier attempt.
        }
        try (var leftovers = Files.newDirectoryStream(removed, projectId + "-*")) {
            for (Path leftover : leftovers) {
                deleteTree(leftover);
            }
        }
    }

    /** Where a project's repository lies, if it was made. */
    public Path folder(long projectId) {
        return root.resolve(projectId + ".git");
    }

    /** A rename is durable only once the folder that holds the name is. */
    public static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void create(Path folder, String defaultBranch) throws IOException {
        Path temporary = removed.resolve("new-" + UUID.randomUUID());
        try (FileRepository repository = new FileRepository(temporary.toFile())) {
            repository.create(true);
            configure(repository.getConfig());
            setDefaultBranch(repository, defaultBranch);
        }
        try {
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
            force(root);
        } catch (IOException e) {
            deleteTree(temporary);
            if (!Files.exists(folder)) {
                throw e;
            }
            // Somebody else made it in this moment; theirs is as good.
        }
    }

    private static void configure(StoredConfig config) throws IOException {
        config.setBoolean("core", null, "fsyncObjectFiles", true);
        config.setBoolean("core", null, "fsyncRefFiles", true);
        config.setString("core", null, "logAllRefUpdates", "true");
        config.setBoolean("core", null, "commitGraph", true);
        config.setBoolean("gc", null, "writeCommitGraph", true);
        config.setInt("gc", null, "auto", 0);
        config.setInt("receive", null, "autogc", 0);
        config.setBoolean("receive", null, "fsckObjects", true);
        config.setBoolean("uploadpack", null, "allowFilter", true);
        config.setBoolean("uploadpack", null, "allowAnySHA1InWant", true);
        config.save();
    }

    private static FileKey key(Path folder) {
        return FileKey.exact(folder.toFile(), FS.DETECTED);
    }

    /** The whole server runs in 256 MB of heap; JGit's defaults are made for a heap of its own. */
    public static void useLittleMemory() {
        synchronized (RepositoryFolders.class) {
            if (!(SystemReader.getInstance() instanceof QuietSystemReader)) {
                SystemReader.setInstance(new QuietSystemReader(SystemReader.getInstance()));
            }
        }
        WindowCacheConfig cache = new WindowCacheConfig();
        cache.setPackedGitLimit(16L * MEBI);
        cache.setPackedGitWindowSize(16 * KIBI);
        cache.setPackedGitMMAP(false);
        cache.setPackedGitOpenFiles(256);
        cache.setDeltaBaseCacheLimit(6 * MEBI);
        cache.setStreamFileThreshold(STREAM_FROM_BYTES);
        cache.install();
    }

    private static void deleteTree(Path top) throws IOException {
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @org.jspecify.annotations.Nullable IOException fault)
                    throws IOException {
                Objects.requireNonNull(folder);
                if (fault != null) {
                    throw fault;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
