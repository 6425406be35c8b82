package dev.tandem.runner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32;

/**
 * The log of one job on the runner's disk: masked, bounded, with the checksum of all it holds. Written by the job's
 * threads, read by the one that sends it.
 */
final class JobLog implements AutoCloseable {
    private static final String BOLD_CYAN = "\u001b[36;1m";
    private static final String YELLOW = "\u001b[33m";
    private static final String BOLD_RED = "\u001b[31;1m";
    private static final String RESET = "\u001b[0;m";
    private static final String ERASE = "\u001b[0K";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final FileChannel file;
    private final Masker masker;
    private final long limitBytes;
    private final boolean sections;
    private final CRC32 checksum = new CRC32();
    private long size;
    private boolean full;
    private boolean ended;

    /** How much there is and its checksum, both of the same moment. */
    record State(long size, String checksum) {}

    JobLog(Path path, Masker masker, long limitBytes, boolean sections) throws IOException {
        this.file = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        this.masker = masker;
        this.limitBytes = limitBytes;
        this.sections = sections;
    }

    void write(byte[] chunk, int length) throws IOException {
        lock.lock();
        try {
            if (!ended) {
                keep(masker.feed(chunk, length));
            }
        } finally {
            lock.unlock();
        }
    }

    void line(String text) throws IOException {
        print(text + "\n");
    }

    void warning(String text) throws IOException {
        print(YELLOW + text + RESET + "\n");
    }

    void error(String text) throws IOException {
        print(BOLD_RED + text + RESET + "\n");
    }

    void openSection(String name, String title) throws IOException {
        var marker = sections ? "section_start:" + Instant.now().getEpochSecond() + ":" + name + "\r" + ERASE : "";
        print(marker + BOLD_CYAN + title + RESET + "\n");
    }

    void closeSection(String name) throws IOException {
        if (sections) {
            print("section_end:" + Instant.now().getEpochSecond() + ":" + name + "\r" + ERASE);
        }
    }

    /** Nothing is written after this; what the masker held back is. */
    void end() throws IOException {
        lock.lock();
        try {
            if (!ended) {
                keep(masker.finish());
            }
        } finally {
            // Even when the last bytes cannot be kept, what is there is sent and the result reported.
            ended = true;
            changed.signalAll();
            lock.unlock();
        }
    }

    State state() {
        lock.lock();
        try {
            return new State(size, "crc32:%08x".formatted(checksum.getValue()));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is more than {@code sent} bytes, the log ended, or {@code limit} is over. */
    void awaitMore(long sent, Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = limit.toNanos();
            while (size <= sent && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the log ended or {@code limit} is over. */
    void awaitEnd(Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = limit.toNanos();
            while (!ended && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Up to {@code max} bytes from {@code offset} on. */
    byte[] read(long offset, int max) throws IOException {
        var length = (int) Math.min(max, state().size() - offset);
        var buffer = ByteBuffer.allocate(Math.max(0, length));
        while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) >= 0) {
            continue;
        }
        return buffer.array();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void print(String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        write(bytes, bytes.length);
    }

    private void keep(byte[] bytes) throws IOException {
        if (full || bytes.length == 0) {
            return;
        }
        var kept = (int) Math.min(bytes.length, limitBytes - size);
        append(bytes, kept);
        if (kept < bytes.length) {
            full = true;
            var notice = "\n" + YELLOW + "The job's log passed its limit of " + limitBytes
                    + " bytes; the rest is not kept. The job goes on." + RESET + "\n";
            var text = notice.getBytes(StandardCharsets.UTF_8);
            append(text, text.length);
        }
        changed.signalAll();
    }

    private void append(byte[] bytes, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, 0, length);
        var position = size;
        while (buffer.hasRemaining()) {
            position += file.write(buffer, position);
        }
        checksum.update(bytes, 0, length);
        size = position;
    }
}
