package dev.tandem.host;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What must be written down to find a {@link ProcessGroup} again after the one that started it died.
 *
 * @param outermost the process that was started
 * @param mark value of {@link ProcessGroup#MARK} that the processes of the group carry in their environment
 * @param wrappers see {@link Launch#wrappers()}
 */
public record GroupIdentity(ProcessIdentity outermost, String mark, int wrappers) {
    private static final Pattern LINE =
            Pattern.compile("([0-9]{1,9}) ([0-9]{1,18}) ([0-9a-f-]{36}) (\\S{8,64}) ([0-9])");

    /** One line without its end; {@link #parse} reads it. */
    public String line() {
        return String.join(
                " ",
                String.valueOf(outermost.pid()),
                String.valueOf(outermost.startTicks()),
                outermost.bootId(),
                mark,
                String.valueOf(wrappers));
    }

    /** The identity that {@link #line} wrote; empty for anything else (a half-written file). */
    public static Optional<GroupIdentity> parse(String line) {
        var match = LINE.matcher(line.strip());
        if (!match.matches()) {
            return Optional.empty();
        }
        var outermost =
                new ProcessIdentity(Long.parseLong(match.group(1)), Long.parseLong(match.group(2)), match.group(3));
        return Optional.of(new GroupIdentity(outermost, match.group(4), Integer.parseInt(match.group(5))));
    }
}
