package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;
import dev.tandem.host.GroupMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what revisions with a limit have resident, all processes together, and tells when one was past its limit at
 * two looks in a row. Control groups would do it within the kernel, but are not writable everywhere.
 */
final class MemoryWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS = 2;
    private static final long MEGABYTE = 1024 * 1024;

    private final Told told;
    private final Thread thread;
    private final Map<String, Integer> past = new HashMap<>();
    private volatile List<Revision> revisions = List.of();

    /** Called on the watch's thread. */
    interface Told {
        void pastLimit(Revision revision, Said why);
    }

    MemoryWatch(Told told) {
        this.told = told;
        this.thread = Thread.ofPlatform().daemon().name("memory-watch").start(this::run);
    }

    /** What runs now. */
    void keep(List<Revision> all) {
        revisions = all;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(BETWEEN_LOOKS);
                look(revisions.stream()
                        .filter(revision -> revision.spec().memoryBytes() != null && revision.runs())
                        .toList());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(List<Revision> limited) {
        past.keySet().retainAll(limited.stream().map(MemoryWatch::key).collect(Collectors.toSet()));
        if (limited.isEmpty()) {
            return;
        }
        try {
            GroupMemory memory = GroupMemory.look();
            limited.forEach(revision -> look(revision, memory));
        } catch (IOException e) {
            LOG.error("The memory of services cannot be measured, so their limits do not hold", e);
        }
    }

    private void look(Revision revision, GroupMemory memory) {
        long limit = Objects.requireNonNull(revision.spec().memoryBytes());
        long used = revision.processes().values().stream()
                .flatMap(process -> process.identity().stream())
                .mapToLong(group -> memory.bytes(group, limit))
                .sum();
        if (used <= limit) {
            past.remove(key(revision));
        } else if (past.merge(key(revision), 1, Integer::sum) >= LOOKS) {
            past.remove(key(revision));
            told.pastLimit(revision, Said.of("memory", used / MEGABYTE, limit / MEGABYTE));
        }
    }

    /** The processes that run now: after a restart it is another one that has to exceed the limit. */
    private static String key(Revision revision) {
        Set<String> groups = revision.processes().values().stream()
                .filter(ProcessRecord::runs)
                .map(process -> String.valueOf(process.group()))
                .collect(Collectors.toCollection(java.util.TreeSet::new));
        return revision.id() + " " + groups;
    }
}
