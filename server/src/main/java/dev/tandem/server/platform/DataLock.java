package dev.tandem.server.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server at a time works in a data folder. The lock is the kernel's: it ends with the process, however that ends, so
 * nothing has to be cleaned up after a crash.
 */
public final class DataLock implements AutoCloseable {
    private static final String FILE = "server.lock";
    private static final int LONGEST_PID = 20;

    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws SettingsException when another server works there, or the folder cannot be written */
    public static DataLock take(Path data) {
        Path file = data.resolve(FILE);
        try {
            Files.createDirectories(data);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                String owner = owner(channel);
                channel.close();
                throw taken(data, owner);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataLock(channel);
        } catch (IOException e) {
            throw new SettingsException(List.of("data: " + file + " cannot be written: " + e));
        }
    }

    /** Whether a server works in the folder just now. */
    public static boolean held(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return lock(channel) == null;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // By this same process.
            return null;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_PID);
        channel.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        return pid.matches("[0-9]+") ? " (process " + pid + ")" : "";
    }

    private static SettingsException taken(Path data, String owner) {
        return new SettingsException(List.of("data: another Tandem server" + owner + " works in " + data
                + "; stop it, or give this one a folder of its own with --data"));
    }

    /** Another server may work there now. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
