package dev.tandem.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process for ever: numbers are given again, but not with the same start time in the same boot.
 *
 * @param startTicks field 22 of /proc/PID/stat, in clock ticks since boot
 * @param bootId a UUID that the kernel makes at each boot
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** Field 22 counted from field 3, the first one behind the program's name. */
    private static final int START_TICKS = 19;

    /** The process that has this number now; empty when there is none or it is dead and not yet reaped. */
    public static Optional<ProcessIdentity> of(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"), StandardCharsets.ISO_8859_1);
            // The name stands in parentheses and may hold any character, these and blanks too.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            if (fields[0].equals("Z") || fields[0].equals("X")) {
                return Optional.empty();
            }
            return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[START_TICKS]), bootIdNow()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether this very process still runs. */
    public boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    static String bootIdNow() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }
}
