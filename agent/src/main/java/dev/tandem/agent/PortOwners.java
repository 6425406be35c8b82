package dev.tandem.agent;

import dev.tandem.agent.protocol.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether the process that listens on a port is the one that was given it. Services share the host's network: one
 * may listen where another should, and would get its requests.
 *
 * @param distinct whether each revision runs under a uid of its own
 */
record PortOwners(boolean distinct) {

    private static final Logger LOG = LoggerFactory.getLogger(PortOwners.class);
    private static final List<Path> SOCKETS = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /** Local address and port, peer, state (0A listens), queues, timer, retransmits, uid. */
    private static final Pattern LINE =
            Pattern.compile("\\s*\\d+: ([0-9A-F]+):([0-9A-F]{4}) \\S+ 0A \\S+ \\S+ \\S+\\s+(\\d+) .*");

    /** 127.0.0.1, any address, and both of them in the words of IPv6; as the kernel of a little-endian host prints them. */
    private static final Set<String> REACHED_BY_LOOPBACK =
            Set.of("0100007F", "00000000", "0".repeat(32), "0000000000000000FFFF00000100007F");

    /** A sentence when others listen on 127.0.0.1:port, and {@code uid} does not. */
    Optional<Said> stranger(int port, int uid) {
        if (!distinct) {
            return Optional.empty();
        }
        Set<Integer> owners = owners(port);
        return owners.isEmpty() || owners.contains(uid)
                ? Optional.empty()
                : Optional.of(Said.of("stranger", port, owners.iterator().next()));
    }

    private static Set<Integer> owners(int port) {
        String wanted = String.format("%04X", port);
        Set<Integer> owners = new HashSet<>();
        for (Path sockets : SOCKETS) {
            try {
                for (String line : Files.readAllLines(sockets)) {
                    Matcher found = LINE.matcher(line);
                    if (found.matches()
                            && found.group(2).equals(wanted)
                            && REACHED_BY_LOOPBACK.contains(found.group(1))) {
                        owners.add(Integer.parseInt(found.group(3)));
                    }
                }
            } catch (IOException e) {
                // A kernel without IPv6 has no tcp6.
                LOG.debug("{} cannot be read", sockets, e);
            }
        }
        return owners;
    }
}
