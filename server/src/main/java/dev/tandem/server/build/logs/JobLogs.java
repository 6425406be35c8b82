package dev.tandem.server.build.logs;

import dev.tandem.server.platform.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32;

/**
 * The bytes of logs as runners sent them. While a job runs its log is a file that grows; when it is over the log moves to the
 * object store. Calls for one job take turns; safe for use by many threads.
 */
public final class JobLogs {
    /** Longer logs end their job. */
    public static final long LIMIT_BYTES = 100L * 1024 * 1024;

    private static final int STRIPES = 64;

    private final Path folder;
    private final ObjectStore objects;
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    public JobLogs(Path folder, ObjectStore objects) {
        this.folder = folder;
        this.objects = objects;
        Arrays.setAll(locks, i -> new ReentrantLock());
    }

    /** What came of a chunk. */
    public sealed interface Append {
        /** @param bytes length of the log now */
        record Stored(long bytes) implements Append {}

        /** The chunk begins beyond the end; {@code bytes} is where it has to begin. */
        record Gap(long bytes) implements Append {}

        record TooLong() implements Append {}
    }

    /** Writes a chunk at its place; what stood there and after it is cut off. */
    public Append append(long jobId, long first, byte[] chunk) {
        ReentrantLock lock = lock(jobId);
        try (FileChannel file = open(jobId)) {
            long size = file.size();
            if (first > size) {
                return new Append.Gap(size);
            }
            if (first + chunk.length > LIMIT_BYTES) {
                return new Append.TooLong();
            }
            file.truncate(first);
            ByteBuffer bytes = ByteBuffer.wrap(chunk);
            long at = first;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
            return new Append.Stored(at);
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        } finally {
            lock.unlock();
        }
    }

    /** Length in bytes; 0 when there is none. */
    public long size(long jobId) {
        try {
            return Files.size(file(jobId));
        } catch (NoSuchFileException e) {
            return archivedSize(jobId);
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        }
    }

    /** At most {@code limit} bytes from {@code offset} on; empty at the end. */
    public byte[] read(long jobId, long offset, int limit) {
        try (InputStream log = stream(jobId).orElse(InputStream.nullInputStream())) {
            log.skip(offset);
            return log.readNBytes(limit);
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        }
    }

    /** The last {@code limit} bytes or fewer. */
    public byte[] tail(long jobId, int limit) {
        return read(jobId, Math.max(0, size(jobId) - limit), limit);
    }

    /** The whole log; the caller closes it. Empty when nothing was ever logged. */
    public Optional<InputStream> stream(long jobId) {
        try {
            return Optional.of(Files.newInputStream(file(jobId)));
        } catch (NoSuchFileException e) {
            try {
                return objects.get(key(jobId));
            } catch (IOException failure) {
                throw new UncheckedIOException("log of job " + jobId, failure);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        }
    }

    /** CRC-32 of all bytes. */
    public long checksum(long jobId) {
        CRC32 crc = new CRC32();
        try (InputStream log = stream(jobId).orElse(InputStream.nullInputStream())) {
            byte[] buffer = new byte[64 * 1024];
            for (int n = log.read(buffer); n >= 0; n = log.read(buffer)) {
                crc.update(buffer, 0, n);
            }
            return crc.getValue();
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        }
    }

    /** Puts the log of a finished job into the object store and tells its length. Safe to repeat; {@link #forget} comes after. */
    public long archive(long jobId) {
        ReentrantLock lock = lock(jobId);
        try (InputStream log = Files.newInputStream(file(jobId))) {
            return objects.put(key(jobId), log, Long.MAX_VALUE).sizeBytes();
        } catch (NoSuchFileException e) {
            return archivedSize(jobId);
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        } finally {
            lock.unlock();
        }
    }

    /** Removes the file; the archived log stays. */
    public void forget(long jobId) {
        try {
            Files.deleteIfExists(file(jobId));
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        }
    }

    /** Removes all there is of a log. Safe to repeat. */
    public void delete(long jobId) {
        forget(jobId);
        try {
            objects.delete(key(jobId));
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        }
    }

    private long archivedSize(long jobId) {
        try {
            return objects.size(key(jobId)).orElse(0L);
        } catch (IOException e) {
            throw new UncheckedIOException("log of job " + jobId, e);
        }
    }

    private FileChannel open(long jobId) throws IOException {
        Path file = file(jobId);
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            Files.createDirectories(Objects.requireNonNull(file.getParent(), "a log lies in a folder"));
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }
    }

    private Path file(long jobId) {
        return folder.resolve(Long.toString(jobId / 1000)).resolve(jobId + ".log");
    }

    private static String key(long jobId) {
        return "logs/" + jobId / 1000 + "/" + jobId + ".log";
    }

    private ReentrantLock lock(long jobId) {
        ReentrantLock lock = locks[(int) (jobId % STRIPES)];
        lock.lock();
        return lock;
    }
}
