package dev.tandem.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much memory all processes of a {@link ProcessGroup} have resident. One look reads the list of processes once, so
 * look at all groups at the same time.
 */
public final class GroupMemory {
    private static final Path PROC = Path.of("/proc");
    private static final int PARENT = 1;
    private static final int RESIDENT_PAGES = 21;
    private static final String SHARE = "Pss:";

    private final long pageBytes;
    private final Map<Long, Long> residentPages = new HashMap<>();
    private final Map<Long, List<Long>> children = new HashMap<>();

    private GroupMemory(long pageBytes) {
        this.pageBytes = pageBytes;
    }

    /** What all processes of this host use now. */
    public static GroupMemory look() throws IOException {
        var memory = new GroupMemory(pageBytes());
        try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var entry : entries) {
                memory.add(entry);
            }
        }
        return memory;
    }

    private void add(Path process) {
        try {
            var stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            var pid = Long.parseLong(process.getFileName().toString());
            residentPages.put(pid, Long.parseLong(fields[RESIDENT_PAGES]));
            children.computeIfAbsent(Long.parseLong(fields[PARENT]), parent -> new ArrayList<>())
                    .add(pid);
        } catch (IOException e) {
            // It ended since it was listed.
        }
    }

    /**
     * Resident bytes of the group. Pages that several of its processes share count once for each, until the sum is past
     * {@code enough}: then they are divided, which takes the kernel longer to tell.
     */
    public long bytes(GroupIdentity group, long enough) {
        var members = members(group);
        var simple = members.stream().mapToLong(this::resident).sum();
        return simple <= enough
                ? simple
                : Math.min(simple, members.stream().mapToLong(this::share).sum());
    }

    private Collection<Long> members(GroupIdentity group) {
        var marked = new GroupMembers(group);
        var members = new ArrayList<Long>();
        if (group.outermost().alive()) {
            members.add(group.outermost().pid());
        }
        // Outside of a sandbox, who is forked off twice is the host's first process's child.
        children.getOrDefault(1L, List.of()).stream()
                .filter(pid -> pid != group.outermost().pid() && marked.isMarked(pid))
                .forEach(members::add);
        for (var i = 0; i < members.size(); i++) {
            members.addAll(children.getOrDefault(members.get(i), List.of()));
        }
        return members;
    }

    private long resident(long pid) {
        return residentPages.getOrDefault(pid, 0L) * pageBytes;
    }

    private long share(long pid) {
        try {
            return Files.readAllLines(PROC.resolve(String.valueOf(pid)).resolve("smaps_rollup")).stream()
                    .filter(line -> line.startsWith(SHARE))
                    .mapToLong(line -> kilobytes(line) * 1024)
                    .findFirst()
                    .orElseGet(() -> resident(pid));
        } catch (IOException e) {
            // Not ours to read, or it ended: what was seen a moment ago.
            return resident(pid);
        }
    }

    /** The kernel tells pages in stat and kilobytes elsewhere: this program's first mapping shows how large a page is. */
    private static long pageBytes() throws IOException {
        try (var lines = Files.lines(PROC.resolve("self/smaps"))) {
            return lines.filter(line -> line.startsWith("KernelPageSize:"))
                            .mapToLong(GroupMemory::kilobytes)
                            .findFirst()
                            .orElse(4)
                    * 1024;
        }
    }

    private static long kilobytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
