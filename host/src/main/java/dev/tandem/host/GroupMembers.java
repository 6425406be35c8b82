package dev.tandem.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Finds the processes of a group: the outermost, its descendants, and whoever carries the group's mark because it was
 * forked off twice. In a real sandbox the mark on bubblewrap's first process is enough: the kernel ends all others
 * with it.
 */
final class GroupMembers {
    private static final Path PROC = Path.of("/proc");
    private static final int MOST_LOOKS = 100;
    private static final long LOOK_PAUSE_NANOS = 1_000_000;

    private final GroupIdentity group;
    private final byte[] mark;

    GroupMembers(GroupIdentity group) {
        this.group = group;
        this.mark = (ProcessGroup.MARK + "=" + group.mark()).getBytes(StandardCharsets.UTF_8);
    }

    /** Living members by pid. */
    Map<Long, ProcessHandle> all() {
        var members = new LinkedHashMap<Long, ProcessHandle>();
        outermost().ifPresent(handle -> members.put(handle.pid(), handle));
        marked().forEach(handle -> members.put(handle.pid(), handle));
        List.copyOf(members.values()).stream()
                .flatMap(ProcessHandle::descendants)
                .forEach(handle -> members.put(handle.pid(), handle));
        members.values().removeIf(handle -> ProcessIdentity.of(handle.pid()).isEmpty());
        return members;
    }

    /** Living members that belong to the command, not to the sandbox around it. */
    Map<Long, ProcessHandle> commands() {
        var members = all();
        var layer = outermost().stream().toList();
        for (var depth = 0; depth < group.wrappers(); depth++) {
            layer.forEach(handle -> members.remove(handle.pid()));
            layer = layer.stream().flatMap(ProcessHandle::children).toList();
        }
        return members;
    }

    private Optional<ProcessHandle> outermost() {
        return group.outermost().alive() ? ProcessHandle.of(group.outermost().pid()) : Optional.empty();
    }

    private Stream<ProcessHandle> marked() {
        try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            var found = Stream.<ProcessHandle>builder();
            for (var entry : entries) {
                if (isMarked(entry)) {
                    ProcessHandle.of(Long.parseLong(entry.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
            return found.build();
        } catch (IOException e) {
            throw new IllegalStateException("cannot list processes", e);
        }
    }

    boolean isMarked(long pid) {
        return isMarked(PROC.resolve(String.valueOf(pid)));
    }

    private boolean isMarked(Path process) {
        try {
            Path environment = process.resolve("environ");
            byte[] read = Files.readAllBytes(environment);
            // A process that becomes another program has no environment for a moment; to overlook it then is to let it
            // live.
            for (var looks = 0; read.length == 0 && looks < MOST_LOOKS && mayBecomeAnother(process); looks++) {
                LockSupport.parkNanos(LOOK_PAUSE_NANOS);
                read = Files.readAllBytes(environment);
            }
            return contains(read, mark);
        } catch (IOException e) {
            // Gone meanwhile, or another user's: neither is ours.
            return false;
        }
    }

    /** Not a thread of the kernel, which has no program, and not older than the group. */
    private boolean mayBecomeAnother(Path process) throws IOException {
        Files.readSymbolicLink(process.resolve("exe"));
        return ProcessIdentity.of(Long.parseLong(process.getFileName().toString()))
                .filter(one -> one.startTicks() >= group.outermost().startTicks())
                .isPresent();
    }

    private static boolean contains(byte[] text, byte[] word) {
        for (var start = 0; start + word.length <= text.length; start++) {
            var at = 0;
            while (at < word.length && text[start + at] == word[at]) {
                at++;
            }
            if (at == word.length) {
                return true;
            }
        }
        return false;
    }
}
