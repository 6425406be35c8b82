package dev.tandem.runner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A runner's folder while this process has it for itself. */
final class WorkFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);

    private final FileChannel lock;

    private WorkFolder(FileChannel lock) {
        this.lock = lock;
    }

    /**
     * Makes or finds the folder and ends what a killed predecessor left running.
     *
     * @throws IOException if it cannot be used, or another runner uses it
     */
    static WorkFolder open(Path work) throws IOException {
        for (var name : new String[] {"builds", "slots", "logs", "processes", "cache"}) {
            Files.createDirectories(work.resolve(name));
        }
        // Jobs get their own folders shown one by one; nobody else has business here.
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx------"));
        var lock = lock(work.resolve("lock"));
        Leftovers.end(work.resolve("processes"));
        return new WorkFolder(lock);
    }

    private static FileChannel lock(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Another runner of this same process; said below.
        }
        channel.close();
        throw new IOException("another runner uses the folder " + file.getParent() + "; give this one its own");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("the work folder's lock cannot be given back: {}", e.toString());
        }
    }
}
